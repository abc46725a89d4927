import 'reflect-metadata';
import { createApp, readServerSettings, RuntimeModule, serve } from '@nest-ias/runtime';
import { Controller, Get, Header, Module } from '@nestjs/common';

/** A constant answer in the form of the guarded route's answer. */
const ANSWER = {
  subject: '00000000-0000-4000-8000-000000000000',
  zone_uuid: '00000000-0000-4000-8000-000000000000',
  issuer: 'https://localhost:40000',
  aud: '00000000-0000-4000-8000-000000000000',
  cnf: { 'x5t#S256': 'A'.repeat(43) },
};

@Controller('endpoint')
class UnguardedController {
  @Get()
  @Header('Cache-Control', 'no-store')
  tellClaims(): typeof ANSWER {
    return { ...ANSWER };
  }
}

@Module({ imports: [RuntimeModule], controllers: [UnguardedController] })
class UnguardedModule {}

await serve(await createApp(UnguardedModule), readServerSettings(process.env, 0));
