import { publishedPackage } from '../../scripts/lib/published-package.mjs';

export default publishedPackage('libs/landscape', 'landscape', { index: 'src/index.ts' });
