import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  resolve: { alias: { '~': new URL('./app', import.meta.url).pathname } },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  // The server and the pages share one `appContext` key: a bundled copy of the kernel would be a second one.
  environments: { ssr: { build: { rolldownOptions: { external: [/^@madang\/kernel/] } } } },
});
