export { IasGraphqlModule } from './ias-graphql.module.js';
