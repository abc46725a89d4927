import { RuntimeModule } from '@nest-ias/runtime';
import { forwardRef, Module } from '@nestjs/common';
import { IasModule } from 'nest-ias';
import { hasLab } from './frontend-settings.js';
import { HomepageModule } from './homepage/homepage.module.js';
import { LabModule, NoLabModule } from './lab/lab.module.js';

@Module({
  imports: [
    IasModule.forRoot({ outbound: true, isGlobal: true }),
    HomepageModule,
    // Late, because the file with the variables is read after this module is imported.
    forwardRef(() => (hasLab() ? LabModule : NoLabModule)),
    RuntimeModule,
  ],
})
export class AppModule {}
