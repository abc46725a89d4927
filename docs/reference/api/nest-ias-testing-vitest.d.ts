declare const iasTest: _$vitest.TestAPI<Omit<Omit<Omit<Omit<object, "$__file"> & Record<"landscape", _$_nest_ias_testing0.Landscape> & {
    readonly $__worker?: object;
    readonly $__file?: object & Record<"landscape", _$_nest_ias_testing0.Landscape>;
    readonly $__test?: object;
}, "$__file"> & Record<"identity", _$_nest_ias_testing0.TestIdentity> & {
    readonly $__worker?: object;
    readonly $__file?: object & Record<"landscape", _$_nest_ias_testing0.Landscape> & Record<"identity", _$_nest_ias_testing0.TestIdentity>;
    readonly $__test?: object;
}, "$__file"> & Record<"forger", Forger> & {
    readonly $__worker?: object;
    readonly $__file?: object & Record<"landscape", _$_nest_ias_testing0.Landscape> & Record<"identity", _$_nest_ias_testing0.TestIdentity> & Record<"forger", Forger>;
    readonly $__test?: object;
}, "$__test"> & Record<"tenantReset", undefined> & {
    readonly $__worker?: object;
    readonly $__file?: object & Record<"landscape", _$_nest_ias_testing0.Landscape> & Record<"identity", _$_nest_ias_testing0.TestIdentity> & Record<"forger", Forger>;
    readonly $__test?: object & Record<"tenantReset", undefined>;
}>;
declare module 'vitest' {
    interface Matchers {
        toBeRejectedWith(code: RejectionCode): void;
        toBeBoundTo(certificate: Certificate): void;
    }
}
export { iasTest };
import * as _$_nest_ias_testing0 from "@nest-ias/testing";
import * as _$vitest from "vitest";
import { Certificate, Forger } from "@nest-ias/testing";
import { RejectionCode } from "nest-ias";
