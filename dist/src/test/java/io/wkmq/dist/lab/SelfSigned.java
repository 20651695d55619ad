package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.dist.Installation;
import io.wkmq.dist.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A self-signed certificate and its key, in a directory. */
record SelfSigned(Path directory) {
    static final String PASSWORD = "secret";

    /** Makes one of somebody at an address. */
    static SelfSigned make(Path directory, String address) throws IOException, GeneralSecurityException {
        SelfSigned made = new SelfSigned(directory);
        Files.createDirectories(directory);
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-keystore",
                made.keyStore().toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=node",
                "-validity",
                "2",
                "-ext",
                "bc=ca:true",
                "-ext",
                "san=ip:" + address);
        Outcome outcome = Installation.run(new ProcessBuilder(command));
        assertThat(outcome.status()).as("%s", outcome).isZero();
        char[] password = PASSWORD.toCharArray();
        KeyStore store = KeyStore.getInstance(made.keyStore().toFile(), password);
        pem(made.certificate(), "CERTIFICATE", store.getCertificate("node").getEncoded());
        pem(made.key(), "PRIVATE KEY", store.getKey("node", password).getEncoded());
        return made;
    }

    Path keyStore() {
        return directory.resolve("keys.p12");
    }

    Path certificate() {
        return directory.resolve("cert.pem");
    }

    Path key() {
        return directory.resolve("key.pem");
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.write(
                file,
                ("-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
