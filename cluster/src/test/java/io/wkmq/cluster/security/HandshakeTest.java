package io.wkmq.cluster.security;

import static io.wkmq.cluster.security.HandshakePair.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.Handshake.Accepted;
import io.wkmq.cluster.security.Handshake.InProgress;
import io.wkmq.cluster.security.Handshake.Refused;
import io.wkmq.cluster.security.Verdict.Code;
import io.wkmq.routing.NodeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final Cookie COOKIE = Cookie.of("secret");
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Judge WELCOME = peer -> Verdict.OK;
    private static final Judge NOBODY = peer -> {
        throw new AssertionError("Nobody is to be judged: " + peer);
    };

    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final SecureRandom nonces = new SecureRandom();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 100, 4096})
    void nodesWithTheSameCookieMeetHoweverTheirBytesAreSplit(int piece) {
        HandshakePair pair = pair(COOKIE, COOKIE).talk(piece);
        assertThat(pair.initiator.state()).isEqualTo(new Accepted(node("b")));
        assertThat(pair.acceptor.state()).isEqualTo(new Accepted(node("a")));
        assertThat(pair.initiator.missing()).isZero();
        assertThat(pair.initiator.toSend()).isZero();
    }

    @Test
    void whatAStrangerSaysCannotBeginALineOfTheLog() {
        Introduction stranger = node("a");
        byte[] hello = HandshakeFrames.hello(new byte[HandshakeFrames.NONCE_BYTES], stranger);
        hello[hello.length - stranger.node().name().toString().length()] = '\n';
        ByteBuffer said = ByteBuffer.allocate(2_000);
        HandshakeFrames.writePreface(said);
        HandshakeFrames.writeFrame(said, HandshakeFrames.HELLO, hello);
        Handshake acceptor = Handshake.acceptor(node("b"), Set.of(Purpose.LINK), null, WELCOME, LIMIT, nonces);
        acceptor.receive(said.flip());
        Refused refused = (Refused) acceptor.state();
        assertThat(refused.code()).isEqualTo(Code.MALFORMED);
        assertThat(refused.text()).contains("is not a node name").doesNotContain("\n");
    }

    @Test
    void nodesWithoutCookiesMeet() {
        HandshakePair pair = pair(null, null).talk(4096);
        assertThat(pair.initiator.state()).isEqualTo(new Accepted(node("b")));
        assertThat(pair.acceptor.state()).isEqualTo(new Accepted(node("a")));
    }

    @Test
    void everySplitOfEitherStreamIsTheSame() {
        HandshakePair whole = pair(COOKIE, COOKIE).talk(4096);
        for (int first = 1; first < whole.fromInitiator.size(); first++) {
            HandshakePair pair = pair(COOKIE, COOKIE);
            ByteBuffer hello = sent(pair.initiator);
            int at = Math.min(first, hello.limit());
            pair.acceptor.receive(hello.duplicate().limit(at));
            pair.acceptor.receive(hello.position(at));
            ByteBuffer answer = sent(pair.acceptor);
            at = Math.min(first, answer.limit());
            pair.initiator.receive(answer.duplicate().limit(at));
            pair.initiator.receive(answer.position(at));
            pair.talk(4096);
            assertThat(pair.initiator.state()).isEqualTo(new Accepted(node("b")));
            assertThat(pair.acceptor.state()).isEqualTo(new Accepted(node("a")));
        }
    }

    @Test
    void whatFollowsTheHandshakeIsLeft() {
        HandshakePair pair = pair(COOKIE, COOKIE);
        pair.acceptor.receive(sent(pair.initiator));
        pair.initiator.receive(sent(pair.acceptor));
        pair.acceptor.receive(sent(pair.initiator));
        ByteBuffer verdict = sent(pair.acceptor);
        ByteBuffer more = ByteBuffer.allocate(verdict.remaining() + 5)
                .put(verdict)
                .put(new byte[] {1, 2, 3, 4, 5})
                .flip();
        pair.initiator.receive(more);
        assertThat(pair.initiator.state()).isEqualTo(new Accepted(node("b")));
        assertThat(more.remaining()).isEqualTo(5);
        assertThat(more.get()).isEqualTo((byte) 1);
    }

    @Test
    void neverAsksForMoreBytesThanTheHandshakeHas() {
        HandshakePair pair = pair(COOKIE, COOKIE);
        pair.acceptor.receive(sent(pair.initiator));
        ByteBuffer answer = sent(pair.acceptor);
        int asked = 0;
        while (answer.hasRemaining()) {
            int missing = pair.initiator.missing();
            assertThat(missing).isBetween(1, answer.remaining());
            asked += missing;
            pair.initiator.receive(answer.slice(answer.position(), missing));
            answer.position(answer.position() + missing);
        }
        assertThat(asked).isEqualTo(answer.limit());
    }

    @Test
    void differentCookiesAreRefusedOnBothSidesAndNobodyIsJudged() {
        HandshakePair pair = pair(node("a"), COOKIE, NOBODY, node("b"), Cookie.of("other"), NOBODY)
                .talk(4096);
        assertRefused(pair.acceptor, Code.WRONG_COOKIE, false);
        assertRefused(pair.initiator, Code.WRONG_COOKIE, true);
    }

    @Test
    void cookieOnOneSideOnlyIsRefusedWhicheverItIs() {
        HandshakePair one = pair(COOKIE, null).talk(4096);
        assertRefused(one.acceptor, Code.WRONG_COOKIE, false);
        assertRefused(one.initiator, Code.WRONG_COOKIE, true);
        HandshakePair other = pair(null, COOKIE).talk(4096);
        assertRefused(other.acceptor, Code.WRONG_COOKIE, false);
        assertRefused(other.initiator, Code.WRONG_COOKIE, true);
    }

    @Test
    void wrongCookieAndDamagedProofLookTheSame() {
        HandshakePair wrong = pair(COOKIE, Cookie.of("other")).talk(4096);
        for (int length : new int[] {0, 1, 31, 32, 33, 1000}) {
            Handshake acceptor = acceptor(node("b"), COOKIE, WELCOME);
            acceptor.receive(sent(initiator(node("a"), COOKIE, WELCOME)));
            sent(acceptor);
            byte[] proof = new byte[length];
            random.nextBytes(proof);
            acceptor.receive(frame(HandshakeFrames.PROOF, proof));
            assertThat(acceptor.state()).isEqualTo(wrong.acceptor.state());
            ByteBuffer answer = sent(acceptor);
            assertThat(bytes(answer)).isEqualTo(lastBytes(wrong.fromAcceptor.toByteArray(), answer.limit()));
        }
    }

    @Test
    void acceptorProvesNothingToWhoDoesNotKnowTheCookie() {
        HandshakePair wrong = pair(COOKIE, Cookie.of("other")).talk(4096);
        byte[] verdict = HandshakeFrames.verdict(Verdict.refusal(Code.WRONG_COOKIE, textOf(wrong.acceptor)));
        int hello = sent(pairOnlyHello()).limit();
        assertThat(wrong.fromAcceptor.size()).isEqualTo(hello + HandshakeFrames.HEADER_BYTES + verdict.length);
    }

    @Test
    void acceptorThatDoesNotKnowTheCookieIsRefused() {
        // it says OK without a proof, with one of zeros, and with the initiator's own
        for (int kind = 0; kind < 3; kind++) {
            Handshake initiator = initiator(node("a"), COOKIE, NOBODY);
            sent(initiator);
            initiator.receive(sent(pairOnlyHello()));
            byte[] proof = Arrays.copyOfRange(bytes(sent(initiator)), HandshakeFrames.HEADER_BYTES, 35);
            byte[] shown = new byte[][] {{}, new byte[32], proof}[kind];
            initiator.receive(frame(HandshakeFrames.VERDICT, HandshakeFrames.verdict(Verdict.OK), shown));
            assertRefused(initiator, Code.WRONG_COOKIE, false);
        }
    }

    @Test
    void proofOfAnotherConnectionProvesNothing() {
        HandshakePair first = pair(COOKIE, COOKIE);
        first.talk(4096);
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.receive(ByteBuffer.wrap(first.fromInitiator.toByteArray()));
        assertRefused(acceptor, Code.WRONG_COOKIE, false);
    }

    @Test
    void acceptorRefusesForAReasonOfItsOwner() {
        HandshakePair pair = pair(
                        node("a"),
                        COOKIE,
                        WELCOME,
                        node("b"),
                        COOKIE,
                        peer -> Verdict.refusal(Code.NAME_IN_USE, peer.node().name() + " is taken"))
                .talk(4096);
        assertThat(pair.acceptor.state()).isEqualTo(new Refused(Code.NAME_IN_USE, "a@127.0.0.1 is taken", false));
        assertThat(pair.initiator.state()).isEqualTo(new Refused(Code.NAME_IN_USE, "a@127.0.0.1 is taken", true));
    }

    @Test
    void initiatorRefusesForAReasonOfItsOwner() {
        HandshakePair pair = pair(
                        node("a"),
                        COOKIE,
                        peer -> Verdict.refusal(Code.DENIED, "expected another"),
                        node("b"),
                        COOKIE,
                        WELCOME)
                .talk(4096);
        assertThat(pair.initiator.state()).isEqualTo(new Refused(Code.DENIED, "expected another", false));
    }

    @Test
    void nodeThatMeetsItselfIsRefused() {
        HandshakePair pair =
                pair(node("a"), COOKIE, WELCOME, node("a"), COOKIE, WELCOME).talk(4096);
        assertRefused(pair.acceptor, Code.SELF, false);
        assertRefused(pair.initiator, Code.SELF, true);
    }

    @Test
    void anotherRunOfTheSameNodeIsNotItself() {
        Introduction a = node("a");
        Introduction earlier = new Introduction(Purpose.LINK, "wkmq", a.node(), a.incarnation() + 1, 1);
        HandshakePair pair = pair(a, COOKIE, WELCOME, earlier, COOKIE, WELCOME).talk(4096);
        assertThat(pair.initiator.state()).isEqualTo(new Accepted(earlier));
    }

    @Test
    void otherClusterIsRefusedWithBothNames() {
        Introduction a = node("a");
        Introduction other = new Introduction(Purpose.LINK, "mine", a.node(), a.incarnation(), 1);
        HandshakePair pair =
                pair(other, COOKIE, NOBODY, node("b"), COOKIE, NOBODY).talk(4096);
        assertRefused(pair.initiator, Code.OTHER_CLUSTER, true);
        assertThat(textOf(pair.initiator)).contains("'wkmq'", "'mine'");
    }

    @Test
    void purposeThatThePortDoesNotTakeIsRefused() {
        HandshakePair pair = pair(node("a").with(Purpose.MEMBER), COOKIE, NOBODY, node("b"), COOKIE, NOBODY)
                .talk(4096);
        assertRefused(pair.initiator, Code.WRONG_PURPOSE, true);
    }

    @Test
    void otherVersionOfTheHandshakeIsToldSo() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.receive(ByteBuffer.wrap(new byte[] {'W', 'K', 'M', 'Q', 9, 1, 1, 1}));
        assertRefused(acceptor, Code.VERSION, false);
        Handshake initiator = initiator(node("a"), COOKIE, NOBODY);
        initiator.receive(sent(acceptor));
        assertRefused(initiator, Code.VERSION, true);
        assertThat(textOf(initiator)).contains("version 9");
    }

    @Test
    void whatIsNoNodeGetsNoAnswer() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.receive(ByteBuffer.wrap("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertRefused(acceptor, Code.NOT_A_NODE, false);
        assertThat(acceptor.toSend()).isZero();
        assertThat(textOf(acceptor)).contains("4745542"); // GET
    }

    @Test
    void nodeThatSpeaksTlsIsNamedAsSuch() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.receive(ByteBuffer.wrap(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00}));
        assertThat(textOf(acceptor)).contains("TLS");
    }

    @Test
    void nodeThatComplainsInTlsIsNamedAsSuch() {
        Handshake initiator = initiator(node("a"), COOKIE, NOBODY);
        initiator.receive(ByteBuffer.wrap(new byte[] {0x15, 0x03, 0x03, 0x00, 0x02}));
        assertThat(textOf(initiator)).contains("cluster.tls");
    }

    @Test
    void silenceIsARefusal() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.timedOut();
        assertRefused(acceptor, Code.SILENT, false);
        assertThat(textOf(acceptor)).contains("3000 ms", "nothing at all");
        Handshake initiator = initiator(node("a"), COOKIE, NOBODY);
        initiator.closed();
        assertRefused(initiator, Code.SILENT, false);
        HandshakePair met = pair(COOKIE, COOKIE).talk(4096);
        met.initiator.timedOut();
        met.initiator.closed();
        assertThat(met.initiator.state()).isInstanceOf(Accepted.class);
    }

    @Test
    void frameThatIsTooLongIsRefusedBeforeItIsThere() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        ByteBuffer preface = ByteBuffer.allocate(8);
        HandshakeFrames.writePreface(preface);
        acceptor.receive(
                preface.put((byte) HandshakeFrames.HELLO).putShort((short) 1025).flip());
        assertRefused(acceptor, Code.MALFORMED, false);
    }

    @Test
    void helloMayHaveMoreBehindIt() {
        Handshake acceptor = acceptor(node("b"), null, WELCOME);
        byte[] hello = HandshakeFrames.hello(new byte[HandshakeFrames.NONCE_BYTES], node("a"));
        ByteBuffer preface = ByteBuffer.allocate(8);
        HandshakeFrames.writePreface(preface);
        acceptor.receive(preface.flip());
        acceptor.receive(frame(HandshakeFrames.HELLO, hello, new byte[] {1, 2, 3}));
        acceptor.receive(frame(HandshakeFrames.PROOF));
        assertThat(acceptor.state()).isEqualTo(new Accepted(node("a")));
    }

    @Test
    void eachSideSaysHowManyNodesKeepItsChannelsAndInHowManyGroups() {
        HandshakePair pair = pair(keeping("a", 3, 8), COOKIE, WELCOME, keeping("b", 5, 64), COOKIE, WELCOME)
                .talk(4096);

        assertThat(pair.acceptor.state()).isEqualTo(new Accepted(keeping("a", 3, 8)));
        assertThat(pair.initiator.state()).isEqualTo(new Accepted(keeping("b", 5, 64)));
    }

    @Test
    void aNodeThatDoesNotSayHowManyKeepItsChannelsKeepsNone() {
        byte[] hello = HandshakeFrames.hello(new byte[HandshakeFrames.NONCE_BYTES], keeping("a", 3, 8));

        assertThat(HandshakeFrames.introduction(Arrays.copyOf(hello, hello.length - 2)))
                .isEqualTo(keeping("a", Introduction.NO_REPLICAS, Introduction.NO_GROUPS));
    }

    @Test
    void aNodeThatDoesNotSayHowManyGroupsThereAreHasEight() {
        byte[] hello = HandshakeFrames.hello(new byte[HandshakeFrames.NONCE_BYTES], keeping("a", 3, 5));

        assertThat(HandshakeFrames.introduction(Arrays.copyOf(hello, hello.length - 1)))
                .isEqualTo(keeping("a", 3, 8));
    }

    @Test
    void channelsThatNoNodeKeepsAreNotThere() {
        assertThatThrownBy(() -> keeping("a", 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is 0; expected 1 to 255");
        assertThatThrownBy(() -> keeping("a", 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("groups of channels is 0, that of replicas 3");
        assertThatThrownBy(() -> keeping("a", 1, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("groups of channels is 8, that of replicas 1");
    }

    private static Introduction keeping(String name, int replicas, int groups) {
        Introduction node = node(name);
        return new Introduction(
                node.purpose(), node.clusterName(), node.node(), node.incarnation(), node.protocol(), replicas, groups);
    }

    @Test
    void textOfTheOtherSideCannotBeginALineOfTheLog() {
        HandshakePair pair = pair(
                        node("a"),
                        null,
                        WELCOME,
                        node("b"),
                        null,
                        peer -> Verdict.refusal(Code.DENIED, "no\n\u001b[31mERROR \u00e4" + "x".repeat(5000)))
                .talk(4096);
        assertThat(textOf(pair.initiator)).startsWith("no??[31mERROR ?xxx").hasSize(400);
    }

    @Test
    void longestNamesFit() {
        Introduction a = node("a");
        Introduction longest = new Introduction(
                Purpose.LINK,
                "\u00e4".repeat(127),
                new Node(a.node().id(), new NodeName("n".repeat(100), "h".repeat(154))),
                1,
                Integer.MAX_VALUE);
        Introduction other =
                new Introduction(Purpose.LINK, longest.clusterName(), node("b").node(), 2, 0);
        HandshakePair pair =
                pair(longest, COOKIE, WELCOME, other, COOKIE, WELCOME).talk(4096);
        assertThat(pair.acceptor.state()).isEqualTo(new Accepted(longest));
    }

    @Test
    void damagedConversationsAreRefusedOrGoOnAndNeverMeet() {
        for (int round = 0; round < 20_000; round++) {
            HandshakePair pair = pair(COOKIE, COOKIE);
            int damages = 0;
            for (int turn = 0; turn < 4; turn++) {
                Handshake from = turn % 2 == 0 ? pair.initiator : pair.acceptor;
                Handshake to = turn % 2 == 0 ? pair.acceptor : pair.initiator;
                byte[] said = bytes(sent(from));
                if (said.length > 0 && random.nextInt(3) == 0) {
                    said = damaged(said);
                    damages++;
                }
                inPieces(to, said);
            }
            boolean met = pair.initiator.state() instanceof Accepted && pair.acceptor.state() instanceof Accepted;
            assertThat(met)
                    .describedAs("both sides met, seed %s, round %s, damages %s", seed, round, damages)
                    .isEqualTo(damages == 0);
        }
    }

    @Test
    void anyBytesAreRefusedOrGoOn() {
        for (int round = 0; round < 20_000; round++) {
            boolean initiates = random.nextBoolean();
            Handshake side = initiates ? initiator(node("a"), COOKIE, NOBODY) : acceptor(node("b"), COOKIE, NOBODY);
            if (random.nextBoolean()) {
                side.receive(ByteBuffer.wrap(new byte[] {'W', 'K', 'M', 'Q', 1}));
            }
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            inPieces(side, noise);
            assertThat(side.state())
                    .describedAs("seed %s, round %s", seed, round)
                    .isInstanceOfAny(InProgress.class, Refused.class);
        }
    }

    private byte[] damaged(byte[] said) {
        byte[] other = said.clone();
        switch (random.nextInt(3)) {
            case 0 -> other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> other = Arrays.copyOf(other, random.nextInt(other.length));
            default -> {
                int at = random.nextInt(other.length);
                other = ByteBuffer.allocate(other.length + 1)
                        .put(other, 0, at)
                        .put((byte) (other[at] + 1)) // another byte, so that what was said is another text
                        .put(other, at, other.length - at)
                        .array();
            }
        }
        return other;
    }

    private void inPieces(Handshake to, byte[] said) {
        int at = 0;
        while (at < said.length) {
            int count = 1 + random.nextInt(said.length - at);
            to.receive(ByteBuffer.wrap(said, at, count));
            at += count;
        }
    }

    private Handshake pairOnlyHello() {
        Handshake acceptor = acceptor(node("b"), COOKIE, NOBODY);
        acceptor.receive(sent(initiator(node("a"), COOKIE, NOBODY)));
        return acceptor;
    }

    private HandshakePair pair(@Nullable Cookie initiators, @Nullable Cookie acceptors) {
        return pair(node("a"), initiators, WELCOME, node("b"), acceptors, WELCOME);
    }

    private HandshakePair pair(
            Introduction a, @Nullable Cookie as, Judge ofA, Introduction b, @Nullable Cookie bs, Judge ofB) {
        return new HandshakePair(initiator(a, as, ofA), acceptor(b, bs, ofB));
    }

    private Handshake initiator(Introduction self, @Nullable Cookie cookie, Judge judge) {
        return Handshake.initiator(self, cookie, judge, LIMIT, nonces);
    }

    private Handshake acceptor(Introduction self, @Nullable Cookie cookie, Judge judge) {
        return Handshake.acceptor(self, Set.of(Purpose.LINK), cookie, judge, LIMIT, nonces);
    }

    private static ByteBuffer sent(Handshake from) {
        ByteBuffer out = ByteBuffer.allocate(4096);
        assertThat(from.send(out)).isTrue();
        return out.flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] lastBytes(byte[] all, int count) {
        return Arrays.copyOfRange(all, all.length - count, all.length);
    }

    private static ByteBuffer frame(int type, byte[]... body) {
        ByteBuffer frame = ByteBuffer.allocate(4096);
        HandshakeFrames.writeFrame(frame, type, body);
        return frame.flip();
    }

    private static void assertRefused(Handshake side, Code code, boolean byPeer) {
        assertThat(side.state()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.byPeer()).isEqualTo(byPeer);
        });
    }

    private static String textOf(Handshake side) {
        return side.state() instanceof Refused refused ? refused.text() : "not refused: " + side.state();
    }
}
