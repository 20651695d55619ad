package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressReaderTest {
    @ParameterizedTest
    @CsvSource({
        "1883, 0.0.0.0, 1883",
        "127.0.0.1:1883, 127.0.0.1, 1883",
        "localhost:0, localhost, 0",
        "mqtt.example-1.org:65535, mqtt.example-1.org, 65535",
        "[::1]:1883, ::1, 1883",
        "::1:1883, ::1, 1883",
        "[::]:1883, ::, 1883",
        "fe80::1%eth0:1883, fe80::1%eth0, 1883"
    })
    void addressesAreReadAsEmqWritesThem(String text, String host, int port) {
        assertThat(AddressReader.inet(text)).isEqualTo(new InetBind(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":1883",
                "host:",
                "host",
                "a b:1883",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "[host]:1",
                "1:2:3"
            })
    void otherAddressesAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressReader.inet(text))
                .withMessage("expected host:port, as in 127.0.0.1:1883, or a port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.0.0/24", "0.0.0.0/0", "::1", "fd00::/8", "::ffff:10.0.0.1"})
    void networksAreAddressesWithAPrefixLength(String text) {
        assertThat(AddressReader.cidr(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.256", "10.0.0.0/33", "::1/129", "host", "10.0.0.0/", "10..0.1"})
    void otherNetworksAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressReader.cidr(text));
    }
}
