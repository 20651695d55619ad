package io.wkmq.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the comparison of seed addresses. */
class SeedAddressTest {
    @ParameterizedTest
    @CsvSource({
        "fd00:0:0:0:0:0:0:1, fd00::1",
        "FD00::0001, fd00::1",
        "fd00::1, fd00::1",
        "::1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "fd00::, fd00::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:0:0:0:0:0:0:7%eth0, fe80::7%eth0",
        "::ffff:10.0.0.1, 10.0.0.1",
        "10.0.0.1, 10.0.0.1",
        "wkmq1.example, wkmq1.example",
        "no:address:this, no:address:this",
        "a:d:d:f, a:d:d:f",
    })
    void anAddressOfIpv6IsTheSameHoweverItIsWritten(String written, String host) {
        assertThat(new SeedAddress(written, 6369).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({"fd00:0::1, [fd00::1]:6369", "10.0.0.1, 10.0.0.1:6369", "wkmq1.example, wkmq1.example:6369"})
    void anAddressOfIpv6StandsInBrackets(String host, String text) {
        assertThat(new SeedAddress(host, 6369)).hasToString(text);
    }

    @Test
    void aPortIsOne() {
        assertThatThrownBy(() -> new SeedAddress("10.0.0.1", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Port 0 of 10.0.0.1; expected 1 to 65535");
    }
}
