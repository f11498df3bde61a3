import { useTranslation } from '../../i18n/use-translation.ts';
import { MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../../ui/menu.tsx';
import type { Room } from './rooms-section.tsx';

export interface RoomMenuProps {
  room: Room;
  onEdit: () => void;
  onDelete: () => void;
}

export default function RoomMenu({ room, onEdit, onDelete, ...menu }: MenuPanelProps & RoomMenuProps) {
  const { t } = useTranslation('administration');
  return (
    <MenuPanel {...menu} align="end" label={t('more_of', { name: room.name })}>
      <MenuLink icon="rooms" to={`/rooms/${room.id}`}>
        {t('rooms.open')}
      </MenuLink>
      {room.may.manage && (
        <>
          <MenuItem icon="settings" onClick={onEdit}>
            {t('rooms.edit')}
          </MenuItem>
          <MenuLine />
          <MenuItem icon="trash" danger onClick={onDelete}>
            {t('rooms.delete')}
          </MenuItem>
        </>
      )}
    </MenuPanel>
  );
}
