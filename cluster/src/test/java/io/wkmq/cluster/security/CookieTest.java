package io.wkmq.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CookieTest {
    private static final byte[] SAID = {1, 2, 3};

    @Test
    void equalTextsGiveEqualCodes() {
        assertThat(Cookie.of("secret").mac("a").doFinal(SAID))
                .isEqualTo(Cookie.of("secret").mac("a").doFinal(SAID))
                .hasSize(32);
    }

    @Test
    void anotherTextOrAnotherUseGivesAnotherCode() {
        byte[] code = Cookie.of("secret").mac("a").doFinal(SAID);
        assertThat(Cookie.of("Secret").mac("a").doFinal(SAID)).isNotEqualTo(code);
        assertThat(Cookie.of("secret").mac("b").doFinal(SAID)).isNotEqualTo(code);
    }

    @Test
    void isNotPrinted() {
        assertThat(Cookie.of("secret")).hasToString("***");
    }

    @Test
    void blankIsNone() {
        assertThatThrownBy(() -> Cookie.of(" ")).hasMessageContaining("blank");
    }

    @Test
    void knowsTheOneThatEverybodyKnows() {
        assertThat(Cookie.of("emqsecretcookie").knownToEverybody()).isTrue();
        assertThat(Cookie.of("emqsecretcookie2").knownToEverybody()).isFalse();
    }
}
