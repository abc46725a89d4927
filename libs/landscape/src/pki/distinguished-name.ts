import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';

/** RFC 4519 §2; a country is a PrintableString (RFC 5280, appendix A.1). */
const ATTRIBUTES = {
  C: { type: '2.5.4.6', syntax: 'printableString' },
  CN: { type: '2.5.4.3', syntax: 'utf8String' },
  O: { type: '2.5.4.10', syntax: 'utf8String' },
  OU: { type: '2.5.4.11', syntax: 'utf8String' },
} as const;

/** Attributes of a subject or an issuer, the most general first. */
export type DistinguishedName = readonly (readonly [attribute: keyof typeof ATTRIBUTES, value: string])[];

/** Converts a name to its ASN.1 structure. */
export function toAsn1Name(name: DistinguishedName): Name {
  return new Name(
    name.map(([attribute, value]) => {
      const { type, syntax } = ATTRIBUTES[attribute];
      const content = new AttributeTypeAndValue({ type, value: new AttributeValue({ [syntax]: value }) });
      return new RelativeDistinguishedName([content]);
    }),
  );
}
