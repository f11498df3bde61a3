import { defineErrors } from '@madang/kernel';

export const identityErrors = defineErrors('identity', {
  wrong_credentials: {
    status: 401,
    title: 'No account of this zone has this e-mail and password',
    message: {
      ko: '이메일이나 비밀번호가 맞지 않아요.',
      en: 'That email or password is not right.',
      ja: 'メールアドレスまたはパスワードが違います。',
      es: 'El correo o la contraseña no son correctos.',
    },
  },
  locked_out: {
    status: 429,
    title: 'Too many failed sign-ins for this account from this address',
    message: {
      ko: '로그인에 여러 번 실패해서 잠시 막아 두었어요. 조금 뒤에 다시 해 주세요.',
      en: 'Too many failed sign-ins. Please wait a little and try again.',
      ja: 'ログインに何度も失敗したため、一時的に制限しています。しばらくしてからお試しください。',
      es: 'Demasiados intentos fallidos. Espera un poco e inténtalo de nuevo.',
    },
  },
  suspended: {
    status: 403,
    title: 'The account is suspended',
    message: {
      ko: '이용이 정지된 계정이에요. 관리자에게 문의해 주세요.',
      en: 'This account is suspended. Please ask an administrator.',
      ja: 'このアカウントは停止されています。管理者にお問い合わせください。',
      es: 'Esta cuenta está suspendida. Consulta con un administrador.',
    },
  },
  email_taken: {
    status: 409,
    title: 'An account of this zone already has this e-mail',
    message: {
      ko: '이미 가입된 이메일이에요. 로그인해 주세요.',
      en: 'That email already has an account. Please sign in.',
      ja: 'このメールアドレスは登録済みです。ログインしてください。',
      es: 'Ese correo ya tiene una cuenta. Inicia sesión.',
    },
  },
  weak_password: {
    status: 400,
    title: 'The password does not meet the policy; `fields` names each rule that is not met',
    message: {
      ko: '비밀번호는 대문자, 소문자, 숫자, 기호를 넣어 8자 이상으로 만들어 주세요.',
      en: 'Use at least 8 characters with an upper-case and a lower-case letter, a digit and a symbol.',
      ja: 'パスワードは大文字・小文字・数字・記号を含む8文字以上にしてください。',
      es: 'Usa al menos 8 caracteres con mayúscula, minúscula, número y símbolo.',
    },
  },
  already_registered: {
    status: 409,
    title: 'The bearer already belongs to an account',
    message: {
      ko: '이미 계정으로 로그인해 있어요.',
      en: 'You are already signed in with an account.',
      ja: 'すでにアカウントでログインしています。',
      es: 'Ya has iniciado sesión con una cuenta.',
    },
  },
  session_over: {
    status: 401,
    title: 'The refresh cookie is missing, expired or revoked',
    message: {
      ko: '로그인이 끝났어요. 다시 로그인해 주세요.',
      en: 'Your session has ended. Please sign in again.',
      ja: 'セッションが終了しました。もう一度ログインしてください。',
      es: 'Tu sesión ha terminado. Inicia sesión de nuevo.',
    },
  },
  link_invalid: {
    status: 410,
    title: 'The one-time token is unknown, used or expired',
    message: {
      ko: '이미 썼거나 기한이 지난 링크예요. 새 링크를 요청해 주세요.',
      en: 'This link was used or has expired. Please ask for a new one.',
      ja: 'このリンクは使用済みか期限切れです。新しいリンクを依頼してください。',
      es: 'Este enlace ya se usó o ha caducado. Pide uno nuevo.',
    },
  },
  guest_cannot: {
    status: 403,
    title: 'Only accounts have this; guests do not',
    message: {
      ko: '회원만 할 수 있어요. 먼저 가입해 주세요.',
      en: 'Only members can do this. Please create an account first.',
      ja: '会員のみ利用できます。まず登録してください。',
      es: 'Solo los miembros pueden hacerlo. Crea una cuenta primero.',
    },
  },
  wrong_password: {
    status: 403,
    title: 'The old password does not match',
    message: {
      ko: '지금 비밀번호가 맞지 않아요.',
      en: 'Your current password is not right.',
      ja: '現在のパスワードが違います。',
      es: 'Tu contraseña actual no es correcta.',
    },
  },
  person_not_found: {
    status: 404,
    title: 'No such person in this zone, or out of the asker’s reach',
    message: {
      ko: '사람을 찾을 수 없어요.',
      en: 'That person was not found.',
      ja: 'その人は見つかりません。',
      es: 'No se encontró a esa persona.',
    },
  },
  session_not_found: {
    status: 404,
    title: 'The person has no such open session',
    message: {
      ko: '이미 끝난 로그인이에요.',
      en: 'That session has already ended.',
      ja: 'そのセッションはすでに終了しています。',
      es: 'Esa sesión ya ha terminado.',
    },
  },
  organization_not_found: {
    status: 404,
    title: 'No such organization in this zone, or out of the asker’s reach',
    message: {
      ko: '기관을 찾을 수 없어요.',
      en: 'That organization was not found.',
      ja: 'その団体は見つかりません。',
      es: 'No se encontró esa organización.',
    },
  },
  organization_name_taken: {
    status: 409,
    title: 'Another organization of this zone has this name',
    message: {
      ko: '같은 이름의 기관이 이미 있어요.',
      en: 'An organization with that name already exists.',
      ja: '同じ名前の団体がすでにあります。',
      es: 'Ya existe una organización con ese nombre.',
    },
  },
  organization_in_use: {
    status: 409,
    title: 'The organization still has members',
    message: {
      ko: '구성원이 남아 있는 기관은 없앨 수 없어요.',
      en: 'An organization that still has members cannot be removed.',
      ja: 'メンバーがいる団体は削除できません。',
      es: 'No se puede eliminar una organización que aún tiene miembros.',
    },
  },
  above_you: {
    status: 403,
    title: 'Nobody touches a person above them or grants more than they hold',
    message: {
      ko: '나보다 높은 권한은 바꾸거나 줄 수 없어요.',
      en: 'You cannot change or grant a role above your own.',
      ja: '自分より上の権限は変更・付与できません。',
      es: 'No puedes cambiar ni conceder un rol superior al tuyo.',
    },
  },
  last_administrator: {
    status: 409,
    title: 'The last active administrator of a zone stays one',
    message: {
      ko: '마지막 관리자는 바꿀 수 없어요. 먼저 다른 관리자를 정해 주세요.',
      en: 'The last administrator must stay. Appoint another one first.',
      ja: '最後の管理者は変更できません。先に別の管理者を指定してください。',
      es: 'El último administrador debe quedarse. Nombra a otro primero.',
    },
  },
  role_needs_organization: {
    status: 400,
    title: 'An organization’s administrator needs an organization',
    message: {
      ko: '기관 관리자는 기관을 함께 정해 주세요.',
      en: 'Choose an organization for its administrator.',
      ja: '団体管理者には団体を指定してください。',
      es: 'Elige una organización para su administrador.',
    },
  },
  portal_only: {
    status: 403,
    title: 'Only the city portal does this',
    message: {
      ko: '도시 포털에서만 할 수 있어요.',
      en: 'This is done on the city portal.',
      ja: '都市ポータルでのみ行えます。',
      es: 'Esto se hace en el portal de la ciudad.',
    },
  },
});
