export { IasSwagger } from './ias-swagger.js';
