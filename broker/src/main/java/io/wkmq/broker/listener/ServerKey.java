package io.wkmq.broker.listener;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Decodes a private key with the help of its certificate, and verifies that the two match. */
final class ServerKey {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private ServerKey() {}

    /**
     * Decodes a key.
     *
     * @param der the key in DER: PKCS#8, or as in {@code BEGIN RSA PRIVATE KEY} (PKCS#1) and {@code BEGIN EC PRIVATE KEY} (SEC
     *     1)
     */
    static PrivateKey decode(byte[] der, boolean pkcs8, X509Certificate certificate) throws GeneralSecurityException {
        PublicKey publicKey = certificate.getPublicKey();
        byte[] encoded = pkcs8 ? der : toPkcs8(der, publicKey);
        PrivateKey key;
        try {
            key = KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw new KeyException(
                    "the private key is broken or not of the certificate's kind, " + publicKey.getAlgorithm(), e);
        }
        if (!belongTogether(key, publicKey)) {
            throw new KeyException("the private key does not belong to the certificate of "
                    + certificate.getSubjectX500Principal().getName());
        }
        return key;
    }

    // PKCS#8 is the bare key plus its algorithm, which the certificate's public key states in the same form.
    private static byte[] toPkcs8(byte[] bareKey, PublicKey publicKey) {
        byte[] content = content(publicKey.getEncoded());
        byte[] algorithm = Arrays.copyOf(content, elementLength(content));
        return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, bareKey));
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default ->
                throw new KeyException(
                        "keys of the kind " + key.getAlgorithm() + " are not supported, expected RSA, EC or EdDSA");
        };
        byte[] sample = new byte[32];
        new SecureRandom().nextBytes(sample);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(sample);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(sample);
        return verifier.verify(signature);
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        writeLength(element, content.size());
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    // DER requires the shortest form; no key exceeds a two-byte length.
    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
    }

    private static byte[] content(byte[] der) {
        int header = headerLength(der);
        return Arrays.copyOfRange(der, header, der.length);
    }

    private static int elementLength(byte[] der) {
        return headerLength(der) + contentLength(der);
    }

    private static int headerLength(byte[] der) {
        int first = der[1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int contentLength(byte[] der) {
        int first = der[1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[2 + i] & 0xff);
        }
        return length;
    }
}
