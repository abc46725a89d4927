import { publishedPackage } from '../../scripts/lib/published-package.mjs';

export default publishedPackage('libs/ias', 'nest-ias', {
  index: 'src/index.ts',
  axios: 'src/axios/index.ts',
  'nest-add': 'src/schematic/nest-add.ts',
  graphql: 'src/graphql/index.ts',
  swagger: 'src/swagger/index.ts',
});
