import { Controller, Get, Header } from '@nestjs/common';
import { Claims, Proof } from 'nest-ias';
import type { IasClaims, PossessionProof } from 'nest-ias';

/** Body of `GET /endpoint`: claims of the caller's token. */
export interface EndpointAnswer {
  readonly subject: string | undefined;
  readonly zone_uuid: string | undefined;
  /** The issuer that the guard checked: `ias_iss` if `iss` is a custom domain. */
  readonly issuer: string;
  readonly aud: string | readonly string[];
  /** Confirmation claim: thumbprint of the certificate that the token is bound to (RFC 8705 §3.1). */
  readonly cnf: unknown;
  /** Whether the caller proved possession of that certificate. */
  readonly proof: PossessionProof;
}

@Controller('endpoint')
export class EndpointController {
  @Get()
  @Header('Cache-Control', 'no-store')
  showClaims(@Claims() claims: IasClaims, @Proof() proof: PossessionProof): EndpointAnswer {
    return {
      subject: claims.sub,
      zone_uuid: claims.app_tid ?? claims.zone_uuid,
      issuer: claims.ias_iss ?? claims.iss,
      aud: claims.aud,
      cnf: claims.cnf,
      proof,
    };
  }
}
