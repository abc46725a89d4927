interface CertificateUse {
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** Records which certificate the frontend presented, and when. */
export class CertificateWatch {
  readonly #uses = new Map<string, CertificateUse>();

  /** @param body JSON body of `GET /homepage` */
  note(body: string): void {
    const { proof } = JSON.parse(body) as { proof: { thumbprint: string; matches: boolean } };
    if (!proof.matches) throw new Error(`An answer has no valid proof of possession: ${body}`);
    const now = Date.now();
    this.#uses.set(proof.thumbprint, {
      first: this.#uses.get(proof.thumbprint)?.first ?? now,
      last: now,
    });
  }

  firstSeen(thumbprint: string): number | undefined {
    return this.#uses.get(thumbprint)?.first;
  }

  lastSeen(thumbprint: string): number | undefined {
    return this.#uses.get(thumbprint)?.last;
  }
}
