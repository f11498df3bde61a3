import { reactRouter } from '@react-router/dev/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [reactRouter()],
  resolve: { alias: { '~': new URL('./app', import.meta.url).pathname } },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  environments: {
    // React and the router are in every page and change seldom: one file compresses better than many and stays cached.
    client: {
      build: {
        rolldownOptions: {
          output: { advancedChunks: { groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// }] } },
        },
      },
    },
    // The server and the pages share one `appContext` key: a bundled copy of the kernel would be a second one.
    ssr: { build: { rolldownOptions: { external: [/^@madang\/kernel/] } } },
  },
});
