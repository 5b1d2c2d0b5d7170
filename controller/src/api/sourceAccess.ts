import { z } from 'zod'
import { exactlyOneOf, has } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'

/** How to reach a source, and to sign in there. */

export const Url = z
  .string()
  .min(8)
  .max(2048)
  .regex(/^https?:\/\/[^\s@#]+$/)
  .meta({ write: 'an address like https://prometheus.monitoring:9090, without user, password and "#"' })

export const Region = z.string().min(1).max(64).meta({ description: 'The region, e.g. eu-central-1.' })

export const awsKeys = {
  accessKeyIdRef: SecretKeyRef.meta({ description: 'The id of the access key.' }),
  secretAccessKeyRef: SecretKeyRef.meta({ description: 'The secret access key.' }),
  sessionTokenRef: SecretKeyRef.optional().meta({ description: 'The session token, for temporary keys.' }),
}

/** How to sign in. */
export const Auth = z
  .object({
    basic: z
      .object({
        usernameRef: SecretKeyRef.meta({ description: 'The user.' }),
        passwordRef: SecretKeyRef.meta({ description: 'The password.' }),
      })
      .optional()
      .meta({ description: 'User and password.' }),
    bearer: z
      .object({ tokenRef: SecretKeyRef.meta({ description: 'The token.' }) })
      .optional()
      .meta({ description: 'Header Authorization: Bearer.' }),
    sigV4: z
      .object({
        region: Region,
        service: z.string().max(64).default('aps').meta({ description: 'aps for Amazon Managed Prometheus.' }),
        ...awsKeys,
      })
      .optional()
      .meta({ description: 'Signature of AWS, version 4.' }),
    oauth2: z
      .object({
        tokenUrl: Url.meta({ description: 'Where tokens are given out.' }),
        clientIdRef: SecretKeyRef.meta({ description: 'The id of the client.' }),
        clientSecretRef: SecretKeyRef.meta({ description: 'Its secret.' }),
        scopes: z.array(z.string().max(256)).max(20).default([]).meta({ description: 'Scopes to ask for.' }),
        audience: z.string().max(256).optional().meta({ description: 'For whom the token is; some servers ask for it.' }),
      })
      .optional()
      .meta({ description: 'Client credentials of OAuth 2.0.' }),
  })
  .meta({ cel: [exactlyOneOf(['basic', 'bearer', 'sigV4', 'oauth2'], 'auth: write exactly one of basic, bearer, sigV4 and oauth2')] })

export const Header = z
  .object({
    name: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[-A-Za-z0-9_]+$/)
      .meta({ description: 'Its name.', write: 'the name of a header: letters, digits, "-" and "_"' }),
    value: z.string().max(1024).optional().meta({ description: 'Its value.' }),
    valueRef: SecretKeyRef.optional().meta({ description: 'The key of a Secret that is its value.' }),
  })
  .meta({ cel: [exactlyOneOf(['value', 'valueRef'], 'a header has either a value or a valueRef')] })

export const Tls = z
  .object({
    caRef: SecretKeyRef.optional().meta({ description: 'Certificates to trust, PEM, besides those of the system.' }),
    certRef: SecretKeyRef.optional().meta({ description: "Serin's own certificate, PEM." }),
    keyRef: SecretKeyRef.optional().meta({ description: 'Its key, PEM.' }),
    serverName: z.string().max(253).optional().meta({ description: 'Name in the certificate, where it is not that of the address.' }),
    insecureSkipVerify: z
      .boolean()
      .default(false)
      .meta({ description: 'Trust any certificate. Anybody between can then read and change what is measured.' }),
  })
  .meta({
    description: 'How it is made sure that it is the right one that answers, and who asks.',
    cel: [
      {
        rule: 'has(self.certRef) == has(self.keyRef)',
        message: 'spec.tls: certRef and keyRef belong together; write both or neither',
        check: (self) => has(self, 'certRef') === has(self, 'keyRef'),
      },
    ],
  })
