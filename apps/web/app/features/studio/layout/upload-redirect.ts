import { redirect } from 'react-router';

/** `/studio/upload` is what people type; the studio begins there. */
export function loader() {
  return redirect('/studio');
}
