import { Link } from 'react-router';
import { type TextPiece, textPieces } from './text-pieces.ts';

interface RichLinesProps {
  text: string;
  /** Times in the text become ways there; without it they stay words. */
  onSeek?: (seconds: number) => void;
}

/** What people write: line breaks kept, links and times alive, tags leading to their list. */
export function RichLines({ text, onSeek }: RichLinesProps) {
  return (
    <p style={{ whiteSpace: 'pre-line' }}>
      {textPieces(text).map((piece, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name than their place
        <Piece key={at} piece={piece} onSeek={onSeek} />
      ))}
    </p>
  );
}

function Piece({ piece, onSeek }: { piece: TextPiece; onSeek: RichLinesProps['onSeek'] }) {
  switch (piece.kind) {
    case 'link':
      return (
        <a className="link" href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {piece.text}
        </a>
      );
    case 'tag':
      return (
        <Link className="link" to={`/watch?tag=${encodeURIComponent(piece.tag)}`}>
          {piece.text}
        </Link>
      );
    case 'time':
      return onSeek === undefined ? (
        piece.text
      ) : (
        <button type="button" className="link num" onClick={() => onSeek(piece.seconds)}>
          {piece.text}
        </button>
      );
    default:
      return piece.text;
  }
}
