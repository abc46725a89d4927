import { Controller, Get, Header } from '@nestjs/common';
import { Claims } from 'nest-ias';
import type { IasClaims } from 'nest-ias';

/** What the caller's token says, as `GET /endpoint` answers it. */
interface EndpointAnswer {
  readonly subject: string | undefined;
  readonly zone_uuid: string | undefined;
  /** The issuer that trust was checked on: `ias_iss`, where `iss` is a custom domain. */
  readonly issuer: string;
  readonly aud: string | readonly string[];
  /** Confirmation claim: thumbprint of the certificate the token is bound to (RFC 8705 §3.1). */
  readonly cnf: unknown;
}

@Controller('endpoint')
export class EndpointController {
  @Get()
  @Header('Cache-Control', 'no-store')
  tellClaims(@Claims() claims: IasClaims): EndpointAnswer {
    return {
      subject: claims.sub,
      zone_uuid: claims.app_tid ?? claims.zone_uuid,
      issuer: claims.ias_iss ?? claims.iss,
      aud: claims.aud,
      cnf: claims.cnf,
    };
  }
}
