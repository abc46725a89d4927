interface SeenCertificate {
  /** ms since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** Which certificate answers of the frontend were proven with, and when. */
export class CertificateWatch {
  readonly #sightings = new Map<string, SeenCertificate>();

  /** @param body of `GET /homepage` as JSON */
  note(body: string): void {
    const { proof } = JSON.parse(body) as { proof: { thumbprint: string; matches: boolean } };
    if (!proof.matches) throw new Error(`An answer was not proven: ${body}`);
    const now = Date.now();
    this.#sightings.set(proof.thumbprint, {
      first: this.#sightings.get(proof.thumbprint)?.first ?? now,
      last: now,
    });
  }

  firstSeen(thumbprint: string): number | undefined {
    return this.#sightings.get(thumbprint)?.first;
  }

  lastSeen(thumbprint: string): number | undefined {
    return this.#sightings.get(thumbprint)?.last;
  }
}
