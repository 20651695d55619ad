package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownKeysTest {
    private final KnownKeys keys = new KnownKeys(
            Set.of("node.name", "node.cookie", "mqtt.max_packet_size", "mqtt.session.max_inflight", "log.level"),
            Set.of("max_clients", "keyfile"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node.name",
                "listener.tcp.external",
                "listener.wss.my-2nd_one.max_clients",
                "listener.unix.local",
                "listener.tcp.external.access.12"
            })
    void knownKeysAreFound(String key) {
        assertThat(keys.contains(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node.nam",
                "Node.name",
                "listener.udp.external",
                "listener.tcp",
                "listener.tcp.external.max_client",
                "listener.tcp.external.access.x",
                "node.name.first"
            })
    void otherKeysAreNot(String key) {
        assertThat(keys.contains(key)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "node.nmae, node.name",
        "NODE.NAME, node.name",
        "mqtt.max_packetsize, mqtt.max_packet_size",
        "mqtt.max_inflight, mqtt.session.max_inflight",
        "max_inflight, mqtt.session.max_inflight",
        "mqtt.session.max_inflght, mqtt.session.max_inflight",
        "log.levle, log.level",
        "listener.tcp.mine.max_client, listener.tcp.mine.max_clients",
        "listener.ssl.mine.key_file, listener.ssl.mine.keyfile",
        "listener.tpc.external, listener.tcp.external",
    })
    void theNearestKeyIsTheOneThatWasProbablyMeant(String unknown, String nearest) {
        assertThat(keys.nearest(unknown)).isEqualTo(nearest);
    }

    @Test
    void aKeyThatLooksLikeNoneHasNoNearest() {
        assertThat(keys.nearest("retainer.storage_type")).isNull();
    }
}
