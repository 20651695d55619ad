package io.wkmq.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1, 0",
        "10.0.0.1:6370, 10.0.0.1, 6370",
        "node.example:1, node.example, 1",
        "::1, ::1, 0",
        "fe80::1%eth0, fe80::1%eth0, 0",
        "[::1], ::1, 0",
        "[::1]:65535, ::1, 65535"
    })
    void readsAddresses(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":6369", "a:", "a:b", "a:0", "a:65536", "a:999999", "[::1", "[::1]x", "a b", "a\u0000", "ä:1"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seedsOfTheConfigurationMayNameAPort() {
        assertThat(StaticSeed.parse("wkmq1@10.0.0.1")).isEqualTo(new StaticSeed(new NodeName("wkmq1", "10.0.0.1"), 0));
        assertThat(StaticSeed.parse("wkmq2@127.0.0.1:6370").address(6369))
                .isEqualTo(new SeedAddress("127.0.0.1", 6370));
        assertThat(StaticSeed.parse("wkmq3@[::1]:6371").address(6369)).isEqualTo(new SeedAddress("::1", 6371));
        assertThat(StaticSeed.parse("wkmq4@::1").address(6369)).isEqualTo(new SeedAddress("::1", 6369));
        assertThat(StaticSeed.parse("wkmq3@[::1]:6371")).hasToString("wkmq3@[::1]:6371");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "@host", "a@", "a@host:0", "a b@host", "a@b@c"})
    void refusesWhatIsNoSeed(String text) {
        assertThatThrownBy(() -> StaticSeed.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("wkmq1@10.0.0.1");
    }
}
