import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { IasModuleOptions } from '../core/options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<IasModuleOptions>({
    moduleName: 'Ias',
  })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: false }, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
    .build();
