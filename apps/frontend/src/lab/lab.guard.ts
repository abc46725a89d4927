import { BlockList, isIPv6 } from 'node:net';
import { problemOf } from '@nest-ias/runtime';
import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from 'nest-ias';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Lets only forms of this app and programs on this machine act. Another page could otherwise make a browser send the forms,
 * also through a name that resolves to loopback.
 */
@Injectable()
export class LabGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isLocal(request) && isSameSite(request)) return true;
    throw new HttpException(problemOf('lab_request_refused'), HttpStatus.FORBIDDEN);
  }
}

function isLocal({ headers: { host = '' }, socket }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? '';
  if (!LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return false;
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`) && isLoopback(hostnameOf(host));
}

function hostnameOf(host: string): string {
  return new URL(`http://${host}`).hostname;
}

function isSameSite({ headers, protocol }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || headers.origin === `${protocol}://${headers.host}`;
}
