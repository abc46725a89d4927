import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOkResponse, DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { PossessionProof } from 'nest-ias';
import { IasSwagger } from 'nest-ias/swagger';
import { EndpointController } from './endpoint.controller.js';
import type { EndpointAnswer } from './endpoint.controller.js';

const TEXT = { type: 'string' };
/** A record, so that the compiler requires all values. */
const PROOFS: Readonly<Record<PossessionProof, true>> = { verified: true, unbound: true, unchecked: true };
const ANSWER: Record<keyof EndpointAnswer, object> = {
  subject: TEXT,
  zone_uuid: TEXT,
  issuer: { ...TEXT, format: 'uri' },
  aud: { oneOf: [TEXT, { type: 'array', items: TEXT }] },
  cnf: { type: 'object', properties: { 'x5t#S256': TEXT } },
  proof: { ...TEXT, enum: Object.keys(PROOFS) },
};

const isDescribed = ApiOkResponse({
  description: "Claims of the caller's token.",
  schema: { type: 'object', required: ['issuer', 'aud', 'proof'], properties: ANSWER },
});
const { prototype } = EndpointController;
isDescribed(prototype, 'showClaims', { value: prototype.showClaims });

/** Creates the OpenAPI document of this app. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const configuration = new DocumentBuilder()
    .setTitle('backend')
    .setDescription('Validates access tokens of SAP Cloud Identity Services, and shows their claims.')
    .setOpenAPIVersion('3.1.0')
    .build();
  return IasSwagger.createDocument(app, configuration);
}
