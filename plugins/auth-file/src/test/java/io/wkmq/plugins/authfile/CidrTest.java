package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,     127.0.0.1,        true",
        "127.0.0.1,     127.0.0.2,        false",
        "10.0.0.0/8,    10.255.3.4,       true",
        "10.0.0.0/8,    11.0.0.0,         false",
        "10.1.2.3/8,    10.9.9.9,         true",
        "192.0.2.128/25,192.0.2.127,      false",
        "192.0.2.128/25,192.0.2.200,      true",
        "0.0.0.0/0,     203.0.113.9,      true",
        "0.0.0.0/0,     2001:db8::1,      false",
        "::1,           ::1,              true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0,          10.0.0.1,         false",
        "10.0.0.0/8,    ::ffff:10.0.0.1,  true",
    })
    void containsItsAddresses(String network, String address, boolean contained) throws UnknownHostException {
        assertThat(Cidr.parse(network).contains(InetAddress.getByName(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.org",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "::1/129",
                "1::2::3",
                ":",
                "10.0.0.0/"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an IP address or network");
    }
}
