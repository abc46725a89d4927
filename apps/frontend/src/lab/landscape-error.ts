import { DownstreamError } from 'nest-ias';

/** The local landscape did not do what the lab asked for. */
export class LandscapeError extends DownstreamError {}
