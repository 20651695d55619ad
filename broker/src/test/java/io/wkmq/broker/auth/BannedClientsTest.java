package io.wkmq.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.auth.Ban.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BannedClientsTest {
    private Instant now = Instant.EPOCH;
    private final BannedClients banned = new BannedClients(3, () -> now);

    @Test
    void findsByClientIdUserNameAndAddress() {
        banned.add(ban(Kind.CLIENT_ID, "c", null));
        banned.add(ban(Kind.USER_NAME, "u", null));
        banned.add(ban(Kind.IP_ADDRESS, "192.0.2.1", null));
        assertThat(banned.find(Clients.remote("c"))).isNotNull();
        assertThat(banned.find(Clients.remote("u"))).isNull();
        assertThat(banned.find(Clients.remote("x").as("u", false))).isNotNull();
        assertThat(banned.find(Clients.from("192.0.2.1", "x", null))).isNotNull();
        assertThat(banned.find(Clients.overUnixSocket().as("x", false))).isNotNull(); // its client id is c
    }

    @Test
    void aBanEndsAtItsTime() {
        banned.add(ban(Kind.CLIENT_ID, "c", now.plusSeconds(10)));
        now = now.plusSeconds(9);
        assertThat(banned.find(Clients.remote("c"))).isNotNull();
        assertThat(banned.list()).hasSize(1);
        now = now.plusSeconds(1);
        assertThat(banned.find(Clients.remote("c"))).isNull();
        assertThat(banned.list()).isEmpty();
    }

    @Test
    void isBoundedAndMakesRoomByBansThatEnded() {
        banned.add(ban(Kind.CLIENT_ID, "a", now.plusSeconds(1)));
        banned.add(ban(Kind.CLIENT_ID, "b", null));
        banned.add(ban(Kind.CLIENT_ID, "c", null));
        banned.add(ban(Kind.CLIENT_ID, "c", now.plusSeconds(100)));
        assertThatThrownBy(() -> banned.add(ban(Kind.CLIENT_ID, "d", null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 bans already");
        now = now.plusSeconds(1);
        banned.add(ban(Kind.CLIENT_ID, "d", null));
        assertThat(banned.list()).extracting(Ban::value).containsExactly("b", "c", "d");
        assertThat(banned.remove(Kind.CLIENT_ID, "b")).isTrue();
        assertThat(banned.remove(Kind.CLIENT_ID, "b")).isFalse();
        banned.add(ban(Kind.CLIENT_ID, "e", null));
        assertThat(banned.list()).extracting(Ban::value).containsExactly("c", "d", "e");
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1,      2001:0DB8:0:0:0:0:0:1",
        "::ffff:192.0.2.9, 192.0.2.9",
        "192.0.2.9,        ::ffff:192.0.2.9",
        "127.0.0.1,        127.0.0.1",
    })
    void anAddressIsTheSameHoweverItIsWritten(String written, String peer) {
        banned.add(ban(Kind.IP_ADDRESS, written, null));
        assertThat(banned.find(Clients.from(peer, "x", null))).isNotNull();
        assertThat(banned.remove(Kind.IP_ADDRESS, peer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.1", "10.0.0.256", "10.0.0.0/8", "1::2::3"})
    void anAddressIsNothingElse(String value) {
        assertThatThrownBy(() -> banned.add(ban(Kind.IP_ADDRESS, value, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an IP address");
        assertThat(banned.list()).isEmpty();
    }

    private static Ban ban(Kind kind, String value, @Nullable Instant until) {
        return new Ban(kind, value, "because", until);
    }
}
