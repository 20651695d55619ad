package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Made with another implementation of PBKDF2: that of Python. */
    private static final String KNOWN =
            "$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$Xpx07WjVx4vCIvrmBRj8uOoVVtGqJqtUv2J5bhizSQs7osCteF7W4A61dZDqSIqQjO+dxO6p5FT/Uy7QRBXSXA";

    private static final String KNOWN_NOT_ASCII =
            "$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$5KtgAaTVILJKJWkP4KL6aJiujHbfk5y6/uLEf3AdDEzV1J4pIFmKUHVNxxaS8SKfHZQOvfB+8JCvyePg10Cm6A";

    @Test
    void verifiesWhatOthersHashed() {
        assertThat(PasswordHash.parse(KNOWN).verify(utf8("correct horse"))).isTrue();
        assertThat(PasswordHash.parse(KNOWN).verify(utf8("correct horsf"))).isFalse();
        assertThat(PasswordHash.parse(KNOWN_NOT_ASCII).verify(utf8("pässwörd €")))
                .isTrue();
    }

    @Test
    void survivesBeingWrittenAndRead() {
        PasswordHash hash = PasswordHash.create("secret", 1_000, RANDOM);
        PasswordHash read = PasswordHash.parse(hash.text());
        assertThat(read).isEqualTo(hash);
        assertThat(read.verify(utf8("secret"))).isTrue();
        assertThat(read.verify(utf8("Secret"))).isFalse();
        assertThat(read.verify(new byte[0])).isFalse();
    }

    @Test
    void equalPasswordsHaveDifferentHashes() {
        assertThat(PasswordHash.create("secret", 1_000, RANDOM))
                .isNotEqualTo(PasswordHash.create("secret", 1_000, RANDOM));
    }

    @Test
    void bytesThatAreNotTextAreNoPassword() {
        PasswordHash empty = PasswordHash.create("", 1_000, RANDOM);
        assertThat(empty.verify(new byte[0])).isTrue();
        assertThat(empty.verify(new byte[] {(byte) 0xC3})).isFalse();
        PasswordHash replacement = PasswordHash.create("\uFFFD", 1_000, RANDOM);
        assertThat(replacement.verify(new byte[] {(byte) 0xFF})).isFalse();
    }

    @Test
    void nothingVerifiesAgainstADecoy() {
        PasswordHash decoy = PasswordHash.decoy(1_000, RANDOM);
        assertThat(decoy.verify(new byte[0])).isFalse();
        assertThat(decoy.verify(utf8("secret"))).isFalse();
    }

    @Test
    void hidesItselfInText() {
        assertThat(PasswordHash.parse(KNOWN)).hasToString("PasswordHash[iterations=1000]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$2b$12$abcdefghijklmnopqrstuv",
                "$pbkdf2-sha512$i=x$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwAAECAwQFBgcICQoLDA0ODw",
                "$pbkdf2-sha512$i=1000$AAEC$AAECAwQFBgcICQoLDA0ODwAAECAwQFBgcICQoLDA0ODw",
                "$pbkdf2-sha512$i=1000$AAECAwQFBgcICQoLDA0ODw$AAECAw",
                "$pbkdf2-sha512$i=999$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwAAECAwQFBgcICQoLDA0ODw",
                "$pbkdf2-sha512$i=99999999$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwAAECAwQFBgcICQoLDA0ODw",
            })
    void refusesOtherFormsWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("AAEC");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
