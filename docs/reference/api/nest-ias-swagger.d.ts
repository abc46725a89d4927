declare class IasSwagger {
    static createDocument(app: INestApplication, ...parameters: DocumentParameters): OpenAPIObject;
}
export { IasSwagger };
import { INestApplication } from "@nestjs/common";
import { OpenAPIObject, SwaggerModule } from "@nestjs/swagger";
type DocumentParameters = Parameters<typeof SwaggerModule.createDocument> extends [
    unknown,
    ...infer Others
] ? Others : never;
