package io.wkmq.benchmarks.load;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker and how to connect to it.
 *
 * @param host its name or address
 * @param port its port
 * @param mqtt5 whether the version is MQTT 5, otherwise 3.1.1
 * @param tls whether to use TLS
 * @param caFile the PEM file of trusted authorities, null for those of the Java runtime
 * @param insecure whether to accept any certificate
 * @param webSocket whether to use MQTT over WebSocket, path {@code /mqtt}
 * @param user the user name, or null
 * @param password the password, or null
 * @param localAddresses the local addresses to connect from, in turn; empty leaves the choice to the system
 */
record Target(
        String host,
        int port,
        boolean mqtt5,
        boolean tls,
        @Nullable Path caFile,
        boolean insecure,
        boolean webSocket,
        @Nullable String user,
        @Nullable String password,
        List<String> localAddresses) {
    Target {
        localAddresses = List.copyOf(localAddresses);
    }

    /** Returns a target with the same settings for another address. */
    Target at(String otherHost, int otherPort) {
        return new Target(
                otherHost, otherPort, mqtt5, tls, caFile, insecure, webSocket, user, password, localAddresses);
    }

    @Override
    public String toString() {
        return (webSocket ? tls ? "wss://" : "ws://" : tls ? "mqtts://" : "mqtt://") + host + ":" + port + ", MQTT "
                + (mqtt5 ? "5" : "3.1.1");
    }
}
