package io.wkmq.broker.auth;

import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.BindAddress;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.PeerCertAsUserName;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listeners for tests. */
final class Listeners {
    private Listeners() {}

    static ListenerConfig tcp(String host) {
        return listener(Protocol.TCP, new InetBind(host, 1883), "", null);
    }

    static ListenerConfig unix() {
        return listener(Protocol.UNIX, new UnixBind(Path.of("run/mqtt.sock")), "", null);
    }

    static ListenerConfig mounted(String mountpoint) {
        return listener(Protocol.TCP, new InetBind("0.0.0.0", 1883), mountpoint, null);
    }

    static ListenerConfig tls(@Nullable PeerCertAsUserName userName) {
        TlsConfig tls = new TlsConfig(
                Path.of("key.pem"), Path.of("cert.pem"), null, true, true, userName, List.of(), List.of(), 15_000);
        return listener(Protocol.SSL, new InetBind("0.0.0.0", 8883), "", tls);
    }

    private static ListenerConfig listener(
            Protocol protocol, BindAddress address, String mountpoint, @Nullable TlsConfig tls) {
        return new ListenerConfig(
                protocol,
                "test",
                address,
                1,
                100,
                0,
                128,
                null,
                0,
                mountpoint,
                List.of(),
                false,
                3_000,
                true,
                true,
                "/mqtt",
                tls);
    }
}
