package io.wkmq.testing.history;

import io.wkmq.testing.history.ChannelHistory.Read;
import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.ServerPacket.Disconnect;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.ServerPacket.Suback;
import io.wkmq.testing.mqtt.UserProperty;
import java.time.Duration;

/** A reader that replays a whole channel with a cursor and acknowledges each message at once. */
final class CursorReader extends LoadClient {
    static final String REFUSED = " is refused the channel: ";

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int FAILURE = 0x80;

    private final ChannelHistory appended;
    private final String channel;
    private int run;

    CursorReader(String name, String node, Opener opener, History history, ChannelHistory appended, String channel) {
        super(name, node, opener, history);
        this.appended = appended;
        this.channel = channel;
    }

    @Override
    MqttVersion version() {
        return MqttVersion.V5;
    }

    @Override
    ConnectBuilder connect() {
        return Packets.connect(name()).keepAlive(0);
    }

    @Override
    void serve(MqttProbe probe, Connack connack) {
        run++;
        Suback suback = probe.subscribe(Packets.subscribe(probe.nextPacketId())
                .filter("$ch/" + channel + "/#", 1)
                .with(Property.user("wk-cursor", name()), Property.user("wk-from", "earliest")));
        if (suback.codes().get(0) >= FAILURE) {
            throw probe.failure(name() + REFUSED + suback);
        }
        while (!stopping() && !probe.ended()) {
            probe.poll(LOOK).ifPresent(packet -> take(probe, packet));
        }
    }

    private void take(MqttProbe probe, ServerPacket packet) {
        if (packet instanceof Disconnect) {
            return; // the connection ends next
        }
        if (!(packet instanceof Publish publish)) {
            throw probe.failure(name() + " expected PUBLISH but got " + packet);
        }
        long seq = publish.properties().user().stream()
                .filter(property -> property.name().equals("wk-seq"))
                .map(UserProperty::value)
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> probe.failure(name() + " is not told which message it is: " + publish));
        appended.read(new Read(name(), run, seq, publish.text()));
        probe.send(Packets.puback(publish.packetId()));
    }
}
