import { RuntimeModule } from '@nest-ias/runtime';
import { Module } from '@nestjs/common';
import { IasModule } from 'nest-ias';
import { HomepageModule } from './homepage/homepage.module.js';

@Module({ imports: [IasModule.forRoot({ outbound: true, isGlobal: true }), HomepageModule, RuntimeModule] })
export class AppModule {}
