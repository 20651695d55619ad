package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.session.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MqttDecoderTest {
    private static final String CONNECT_WITH_METHOD = "10 | <MQTT> 05 02 003c {15 <m>} <c>;";
    private static final DecoderLimits LIMITS = new DecoderLimits(4096, 256, 64, false, true);

    private final Peer peer = new Peer(LIMITS);
    private final RecordingHandler handler = peer.handler;
    private final MqttDecoder decoder = peer.decoder;

    @AfterEach
    void closeChannel() {
        peer.close();
    }

    private static String publish(String topic) {
        return "30 | <" + topic + ">;";
    }

    /** The topics of the PUBLISH packets received, in order. */
    private List<String> topics() {
        return handler.packets.stream()
                .filter(packet -> packet instanceof Packet.Publish)
                .map(packet -> ((Packet.Publish) packet).topic().text())
                .toList();
    }

    private boolean reading() {
        return peer.channel.config().isAutoRead();
    }

    @Test
    void packetsBehindConnectWaitUntilItIsAccepted() {
        peer.receive(Wire.CONNECT_3_1_1 + publish("a"));
        peer.receive(publish("b"));
        assertThat(handler.packets).hasSize(1);
        decoder.accepted(0);
        assertThat(topics()).containsExactly("a", "b");
    }

    @Test
    void aConnectThatIsAcceptedAtOnceDoesNotStopTheBurst() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1 + publish("a") + publish("b"));
        assertThat(topics()).containsExactly("a", "b");
        assertThat(handler.readCompletes).isEqualTo(1);
    }

    @Test
    void whatCameWithAPacketWhoseHandlingFailedIsReleased() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        handler.onPacket = packet -> {
            throw new IllegalStateException("a mistake");
        };
        byte[] packets = Wire.bytes(publish("a") + publish("b"));
        ByteBuf begin = Unpooled.copiedBuffer(packets, 0, 2);
        ByteBuf rest = Unpooled.copiedBuffer(packets, 2, packets.length - 2);
        peer.channel.writeInbound(begin);
        assertThatThrownBy(() -> peer.channel.writeInbound(rest)).hasMessage("a mistake");
        assertThat(begin.refCnt()).isZero();
        assertThat(rest.refCnt()).isZero();
    }

    @Test
    void theVersionIsKnownFromConnectOn() {
        assertThat(decoder.version()).isNull();
        peer.receive(Wire.CONNECT_3_1);
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.MQTT_3_1);
    }

    @Test
    void theVersionOfAMalformedConnectIsKnown() {
        peer.receive("10 | <MQTT> 05 03 003c {} <c>");
        assertThat(handler.rejected).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.MQTT_5);
    }

    @Test
    void theVersionOfAConnectThatIsTooLargeIsKnown() {
        peer.receiveSlowly(Wire.bytes("10 ffff7f 0004 4d51"));
        assertThat(handler.rejected).isNull();
        peer.receiveSlowly(Wire.bytes("5454 05"));
        assertThat(handler.rejected).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.MQTT_5);
    }

    @Test
    void acceptingWithoutConnectIsABug() {
        assertThatThrownBy(() -> decoder.accepted(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void beforeConnackOnlyAuthenticationGoesOn() {
        peer.receive(CONNECT_WITH_METHOD + "f0 | 18 {15 <m>};");
        assertThat(handler.last()).isInstanceOf(Packet.Auth.class);
        peer.receive(publish("a"));
        assertThat(handler.rejected).isEqualTo(ReasonCode.PROTOCOL_ERROR); // [MQTT-3.1.2-30]
        assertThat(handler.packets).hasSize(2);
    }

    @Test
    void aClientMayGiveUpItsAuthentication() {
        peer.receive(CONNECT_WITH_METHOD + "e0 |;");
        assertThat(handler.last()).isInstanceOf(Packet.Disconnect.class);
    }

    @Test
    void theLimitIsHigherOnceConnectIsAccepted() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1 + "30 | <a> '" + "x".repeat(4096 - 6) + "'");
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void suspendHoldsTheNextPacketBackUntilResume() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        handler.onPacket = packet -> decoder.suspend();
        peer.receive(publish("a") + publish("b") + publish("c"));
        assertThat(topics()).containsExactly("a");
        decoder.resume();
        assertThat(topics()).containsExactly("a", "b");
        peer.receive(publish("d"));
        handler.onPacket = packet -> {};
        decoder.resume();
        assertThat(topics()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void resumingWithinHandleDoesNotDecodeBeforeHandleReturns() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        int[] depth = {0};
        handler.onPacket = packet -> {
            assertThat(++depth[0]).isEqualTo(1);
            decoder.suspend();
            decoder.resume();
            depth[0]--;
        };
        peer.receive(publish("a").repeat(10_000));
        assertThat(topics()).hasSize(10_000);
    }

    @Test
    void suspensionsCount() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        decoder.suspend();
        decoder.suspend();
        peer.receive(publish("a"));
        decoder.resume();
        assertThat(topics()).isEmpty();
        decoder.resume();
        assertThat(topics()).containsExactly("a");
        assertThatThrownBy(decoder::resume).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aConnectMayBeAcceptedWhileSuspended() {
        decoder.suspend();
        peer.receive(Wire.CONNECT_3_1_1 + publish("a"));
        assertThat(handler.packets).isEmpty();
        decoder.resume();
        decoder.suspend();
        decoder.accepted(0);
        assertThat(topics()).isEmpty();
        decoder.resume();
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void readCompleteFollowsWhatResumeHasDecoded() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        decoder.suspend();
        peer.receive(publish("a"));
        int before = handler.readCompletes;
        decoder.resume();
        assertThat(handler.readCompletes).isEqualTo(before + 1);
    }

    @Test
    void readCompleteFollowsTheDisconnectThatResumeHasDecoded() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        decoder.suspend();
        peer.receive(publish("a") + "e0 |");
        int before = handler.readCompletes;
        decoder.resume();
        assertThat(handler.last()).isInstanceOf(Packet.Disconnect.class);
        assertThat(handler.readCompletes).isEqualTo(before + 1);
    }

    @Test
    void readingStopsWhenTooMuchIsHeldBack() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        decoder.suspend();
        peer.receive("30 | <a> '" + "x".repeat(200) + "'");
        assertThat(reading()).isTrue();
        peer.receive("30 | <b> '" + "x".repeat(200) + "'");
        assertThat(reading()).isFalse();
        decoder.resume();
        assertThat(reading()).isTrue();
        assertThat(topics()).containsExactly("a", "b");
    }

    @Test
    void whatIsBufferedCountsFromTheSuspensionOn() {
        HeldInput held = new HeldInput(3);
        try (Peer each = new Peer(LIMITS, held).accepting()) {
            each.receive(Wire.CONNECT_5);
            each.receive("30 04 00");
            assertThat(held.bytes()).isZero();
            each.decoder.suspend();
            assertThat(held.bytes()).isEqualTo(3);
            assertThat(each.decoder.readingStopped()).isTrue();
            each.decoder.resume();
            assertThat(held.bytes()).isZero();
            assertThat(each.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void readingStopsWhenTooMuchComesBehindConnect() {
        peer.receive(Wire.CONNECT_3_1_1 + publish("a").repeat(100));
        assertThat(reading()).isFalse();
        decoder.suspend();
        decoder.accepted(0);
        assertThat(reading()).isFalse();
        decoder.resume();
        assertThat(reading()).isTrue();
        assertThat(topics()).hasSize(100);
    }

    @Test
    void readingStopsAgainWhenSomethingElseHasStartedIt() {
        peer.receive(Wire.CONNECT_3_1_1 + publish("a").repeat(100));
        peer.channel.config().setAutoRead(true);
        peer.receive(publish("b"));
        assertThat(reading()).isFalse();
    }

    @Test
    void nobodyWhoIsHeldIsReadWhileTooMuchWaitsOnAllConnections() {
        HeldInput held = new HeldInput(300);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Peer each = new Peer(LIMITS, held).accepting();
            each.receive(Wire.CONNECT_5);
            peers.add(each);
        }
        String message = "30 | <a> {} '" + "x".repeat(150) + "'";
        int bytes = Wire.bytes(message).length;

        for (int i = 0; i < 2; i++) {
            peers.get(i).decoder.suspend();
            peers.get(i).receive(message);
        }
        assertThat(held.bytes()).isEqualTo(2L * bytes);
        assertThat(peers.get(0).channel.config().isAutoRead()).isTrue();
        assertThat(peers.get(1).channel.config().isAutoRead()).as("it is full").isFalse();
        peers.get(2).decoder.suspend();
        peers.get(2).receive("30");
        assertThat(peers.get(2).channel.config().isAutoRead()).isFalse();
        peers.get(3).receive(message);
        assertThat(peers.get(3).handler.packets).as("it is not held").hasSize(2);
        assertThat(peers.get(3).channel.config().isAutoRead()).isTrue();

        peers.get(0).decoder.resume();
        assertThat(peers.get(0).handler.packets).hasSize(2);
        assertThat(held.bytes()).isEqualTo(bytes + 1);
        peers.get(1).close();
        assertThat(held.bytes()).isEqualTo(1);
        peers.get(2).decoder.resume();
        assertThat(peers.get(2).channel.config().isAutoRead()).isTrue();
        peers.forEach(Peer::close);
        assertThat(held.bytes()).isZero();
    }

    @Test
    void aClientThatIsHeldOnlyWhileItsPacketIsHandledIsReadOn() {
        HeldInput held = new HeldInput(1);
        held.add(1);
        try (Peer each = new Peer(LIMITS, held).accepting()) {
            each.receive(Wire.CONNECT_5);
            each.handler.onPacket = packet -> {
                each.decoder.suspend();
                each.decoder.resume();
            };
            each.receive("30 | <a> {};30 | <b> {};");
            assertThat(each.handler.packets).hasSize(3);
            assertThat(each.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void whatWaitsForAClientThatAuthenticatesDoesNotKeepItFromGoingOn() {
        HeldInput held = new HeldInput(1);
        try (Peer full = new Peer(LIMITS, held).accepting();
                Peer other = new Peer(LIMITS, held)) {
            full.receive(Wire.CONNECT_5);
            full.decoder.suspend();
            full.receive("30 | <a> {};");
            other.receive(CONNECT_WITH_METHOD + "f0 06 18 04");
            assertThat(other.channel.config().isAutoRead()).isTrue();
            other.receive("15 0001 6d");
            assertThat(other.handler.last()).isInstanceOf(Packet.Auth.class);
        }
    }

    @Test
    void theReasonIsShortHoweverLongWhatItQuotes() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1 + "30 | <" + "x".repeat(3000) + "/#>");
        assertThat(handler.rejected).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(handler.why).hasSizeLessThan(400);
    }

    @Test
    void aLargePacketThatIsStillComingDoesNotStopReading() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        byte[] bytes = Wire.bytes("30 | <a> '" + "x".repeat(4000) + "'");
        peer.receiveSlowly(bytes);
        assertThat(reading()).isTrue();
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void nothingIsDecodedAfterAProtocolError() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1 + publish("a") + "00 |;" + publish("b"));
        peer.receive(publish("c") + "00 |;");
        assertThat(topics()).containsExactly("a");
        assertThat(handler.rejects).isEqualTo(1);
        assertThat(handler.why).contains("type 0");
    }

    @Test
    void nothingIsDecodedAfterDisconnect() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1 + "e0 |;" + publish("a"));
        peer.receive("00 |;");
        assertThat(handler.packets).hasSize(2);
        assertThat(handler.rejects).isZero();
    }

    /** What a client sends that closes its connection while it is held back: behind those packets. */
    private void closeBehind(String packets) {
        peer.accepting();
        peer.receive(Wire.CONNECT_5);
        decoder.suspend();
        peer.receive(packets);
        peer.channel.close().syncUninterruptibly();
    }

    @Test
    void aDisconnectThatWaitedCountsWhenTheClientCloses() {
        closeBehind(publish("a") + "c0 |;" + publish("b") + "e0 | 04 {11 0000000a};" + publish("c"));
        assertThat(topics()).isEmpty();
        assertThat(handler.packets).hasSize(2);
        assertThat(handler.last()).isInstanceOf(Packet.Disconnect.class);
        Packet.Disconnect farewell = (Packet.Disconnect) handler.last();
        assertThat(farewell.reason()).isEqualTo(ReasonCode.DISCONNECT_WITH_WILL);
        assertThat(farewell.sessionExpirySeconds()).isEqualTo(10);
        assertThat(handler.rejects).isZero();
    }

    @Test
    void aDisconnectThatWaitedCountsWhenThisSideEndsTheConnection() {
        peer.accepting();
        peer.receive(Wire.CONNECT_5);
        decoder.suspend();
        peer.receive(publish("a") + "e0 |;");
        decoder.end();
        assertThat(topics()).isEmpty();
        assertThat(handler.last()).isInstanceOf(Packet.Disconnect.class);
        decoder.resume();
        assertThat(handler.packets).hasSize(2);
    }

    @Test
    void aDisconnectThatWaitedIsCheckedAsAnyOther() {
        closeBehind(publish("a") + "e1 |;");
        assertThat(handler.packets).hasSize(1);
        assertThat(handler.rejected).isEqualTo(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void noDisconnectIsSoughtBehindWhatIsNoWholePacket() {
        for (String before : List.of("30 ff", "30 ffffffff7f", "30 ffff7f 00", "00 |;", Wire.CONNECT_5)) {
            try (Peer other = new Peer(LIMITS)) {
                other.accepting();
                other.receive(Wire.CONNECT_5);
                other.decoder.suspend();
                other.receive(publish("a") + before + "e0 |;");
                other.channel.close().syncUninterruptibly();
                assertThat(other.handler.packets).as(before).hasSize(1);
                assertThat(other.handler.rejects).as(before).isZero();
            }
        }
    }

    @Test
    void halfADisconnectIsNone() {
        closeBehind(publish("a") + "e0 02 00");
        assertThat(handler.packets).hasSize(1);
        assertThat(handler.rejects).isZero();
    }

    @Test
    void whatWaitedIsReleasedIfTheFarewellFails() {
        peer.accepting();
        peer.receive(Wire.CONNECT_5);
        decoder.suspend();
        handler.onPacket = packet -> {
            throw new IllegalStateException("a mistake");
        };
        ByteBuf held = Unpooled.copiedBuffer(Wire.bytes("e0 |;"));
        peer.channel.writeInbound(held);
        peer.channel.close().syncUninterruptibly();
        assertThat(held.refCnt()).isZero();
        assertThatThrownBy(peer.channel::checkException).hasMessage("a mistake");
    }

    @Test
    void nothingIsDecodedAfterStop() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        handler.onPacket = packet -> decoder.stop();
        peer.receive(publish("a") + publish("b"));
        peer.receive(publish("c"));
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void aStoppedDecoderIgnoresLateAnswers() {
        peer.receive(Wire.CONNECT_3_1_1 + publish("a"));
        decoder.suspend();
        decoder.stop();
        decoder.accepted(0);
        decoder.resume();
        assertThat(handler.packets).hasSize(1);
    }

    @Test
    void aPacketBehindOneThatOurBugFailedOnIsNotHandled() {
        peer.accepting();
        peer.receive(Wire.CONNECT_3_1_1);
        handler.onPacket = packet -> {
            throw new IllegalStateException("a bug");
        };
        assertThatThrownBy(() -> peer.receive(publish("a") + publish("b"))).hasMessage("a bug");
        handler.onPacket = packet -> {};
        peer.receive(publish("c"));
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void buffersAreReleasedWhateverHappens() {
        peer.accepting();
        ByteBuf first = Unpooled.copiedBuffer(Wire.bytes(Wire.CONNECT_3_1_1 + "30 ff"));
        peer.channel.writeInbound(first);
        ByteBuf second = Unpooled.copiedBuffer(Wire.bytes("01 0001"));
        peer.channel.writeInbound(second);
        peer.channel.close().syncUninterruptibly();
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    void aStoppedDecoderReleasesWhatItHeldBack() {
        ByteBuf bytes = Unpooled.copiedBuffer(Wire.bytes(Wire.CONNECT_3_1_1 + publish("a")));
        peer.channel.writeInbound(bytes);
        decoder.stop();
        assertThat(bytes.refCnt()).isZero();
        ByteBuf late = Unpooled.copiedBuffer(new byte[] {1});
        peer.channel.writeInbound(late);
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void aFewBytesDoNotKeepALargeReadBuffer() {
        ByteBuf large = Unpooled.buffer(65_536).writeBytes(Wire.bytes("10 0d 0004"));
        peer.channel.writeInbound(large);
        assertThat(large.refCnt()).isZero();
        peer.receive("4d515454 04 02 003c <c>");
        assertThat(handler.last()).isInstanceOf(Packet.Connect.class);
    }

    @Test
    void aReadBufferIsNeitherCopiedNorKeptWhenItHoldsWholePackets() {
        peer.accepting();
        ByteBuf whole = Unpooled.copiedBuffer(Wire.bytes(Wire.CONNECT_3_1_1 + publish("a")));
        peer.channel.writeInbound(whole);
        assertThat(whole.refCnt()).isZero();
        assertThat(topics()).containsExactly("a");
    }

    @Test
    void otherMessagesPass() {
        Object other = new Object();
        peer.channel.writeInbound(other);
        assertThat(peer.channel.<Object>readInbound()).isSameAs(other);
    }

    @Test
    void aTopicAliasStandsForTheTopicSetLast() {
        peer.accepting();
        peer.receive(Wire.CONNECT_5
                + "30 | <one> {23 0001};"
                + "30 | <> {23 0001};"
                + "30 | <two> {23 0002};"
                + "30 | <three> {23 0001};"
                + "30 | <> {23 0002};"
                + "30 | <> {23 0001};");
        assertThat(topics()).containsExactly("one", "one", "two", "three", "two", "three");
    }

    @Test
    void withoutTopicAliasMaximumNoAliasIsAllowed() {
        peer.receive(Wire.CONNECT_5);
        decoder.accepted(0);
        peer.receive("30 | <a> {23 0001};");
        assertThat(handler.rejected).isEqualTo(ReasonCode.TOPIC_ALIAS_INVALID); // [MQTT-3.2.2-17]
    }

    @Test
    void theSameTopicIsTheSameObject() {
        peer.accepting();
        peer.receive(Wire.CONNECT_5 + "30 | <a/b> {};30 | <a/b> {01 01};30 | <ü> {};30 | <ü> {};");
        List<Packet.Publish> publishes = handler.packets.stream()
                .filter(packet -> packet instanceof Packet.Publish)
                .map(packet -> (Packet.Publish) packet)
                .toList();
        assertThat(publishes.get(0).topic()).isSameAs(publishes.get(1).topic());
        assertThat(publishes.get(2).topic()).isSameAs(publishes.get(3).topic());
    }
}
