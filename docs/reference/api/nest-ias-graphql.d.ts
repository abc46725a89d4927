declare class IasGraphqlModule implements OnModuleInit {
    #private;
    constructor(modules: ModulesContainer);
    onModuleInit(): void;
}
export { IasGraphqlModule };
import { ModulesContainer } from "@nestjs/core";
import { OnModuleInit } from "@nestjs/common";
