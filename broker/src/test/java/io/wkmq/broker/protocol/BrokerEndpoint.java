package io.wkmq.broker.protocol;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listening broker.
 *
 * @param host the host of its listeners
 * @param port the port of plain MQTT
 * @param webSocketPort the port of MQTT over WebSocket, 0 for none
 * @param features the features set up in it
 * @param stop called after the last test
 */
record BrokerEndpoint(String host, int port, int webSocketPort, Set<BrokerFeature> features, Runnable stop)
        implements AutoCloseable {
    private static final String ADDRESS_PROPERTY = "wkmq.test.broker";
    private static final String WEBSOCKET_PORT_PROPERTY = "wkmq.test.broker.websocket";
    private static final String MOSQUITTO_PROPERTY = "wkmq.test.broker.mosquitto";
    private static final String FEATURES_PROPERTY = "wkmq.test.broker.features";

    /** Whether the tests are to run against a broker that was started by hand. */
    static boolean foreignIsNamed() {
        return foreignAddress() != null;
    }

    /** Whether that broker is Mosquitto, whose deviations are known. */
    static boolean mosquittoIsNamed() {
        return foreignIsNamed() && Boolean.getBoolean(MOSQUITTO_PROPERTY);
    }

    /** The broker that was started by hand: {@code -Dwkmq.test.broker=host:port}. */
    static BrokerEndpoint foreign() {
        String address = foreignAddress();
        if (address == null || !address.contains(":")) {
            throw new IllegalStateException(ADDRESS_PROPERTY + " is '" + address + "', expected host:port");
        }
        int colon = address.lastIndexOf(':');
        return new BrokerEndpoint(
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                Integer.getInteger(WEBSOCKET_PORT_PROPERTY, 0),
                foreignFeatures(),
                () -> {});
    }

    private static @Nullable String foreignAddress() {
        return System.getProperty(ADDRESS_PROPERTY);
    }

    private static Set<BrokerFeature> foreignFeatures() {
        return Arrays.stream(System.getProperty(FEATURES_PROPERTY, "").split(",", -1))
                .filter(name -> !name.isBlank())
                .map(name -> BrokerFeature.valueOf(name.trim()))
                .collect(toUnmodifiableSet());
    }

    @Override
    public void close() {
        stop.run();
    }
}
