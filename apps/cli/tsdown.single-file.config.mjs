import { singleFile } from './tsdown.config.mjs';

export default singleFile;
