package io.wkmq.cluster.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.membership.UnreachableException;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class LineTest {
    private static final NodeId NODE = new NodeId(new UUID(1, 1));

    private final Deque<Runnable> loop = new ArrayDeque<>();
    private final Network network = new Network();
    private final Line<Word> line = new Line<>(
            network,
            new Line.Words<>(Service.BANS, "words", LineTest::encode, LineTest::decode, Noted.class),
            loop::add);
    private final List<String> heard = new ArrayList<>();

    private interface Word {}

    private record Said(String text) implements Word {}

    private record Noted() implements Word {}

    private record Unexpected() implements Word {}

    /** Records requests and supplies the answers. */
    private static final class Network implements Messenger {
        private final List<String> asked = new ArrayList<>();
        private CompletableFuture<byte[]> answer = new CompletableFuture<>();

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            asked.add(service + " " + new String(request, StandardCharsets.UTF_8));
            answer = new CompletableFuture<>();
            return answer;
        }

        @Override
        public void answer(Service service, Answerer answerer) {
            throw new UnsupportedOperationException("Nobody answers here");
        }
    }

    private static byte[] encode(Word word) {
        return bytes(word instanceof Said said ? said.text : "noted");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Word decode(byte[] bytes) throws MalformedMessageException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return switch (text) {
            case "noted" -> new Noted();
            case "unexpected" -> new Unexpected();
            case "damaged" -> throw new MalformedMessageException("made by the test");
            default -> new Said(text);
        };
    }

    private void ask() {
        line.ask(NODE, new Said("what?"), Said.class, said -> heard.add(said.text), () -> heard.add("nothing"));
    }

    private void work() {
        while (!loop.isEmpty()) {
            loop.remove().run();
        }
    }

    @Test
    void anAnswerIsHeardOnTheLoop() {
        ask();
        network.answer.complete(bytes("this"));
        line.askEncoded(NODE, bytes("and?"), Said.class, said -> heard.add(said.text), () -> heard.add("nothing"));
        network.answer.complete(bytes("that"));
        assertThat(network.asked).containsExactly("BANS what?", "BANS and?");

        assertThat(heard).isEmpty();
        work();
        assertThat(heard).containsExactly("this", "that");
    }

    @Test
    void whatIsNoAnswerIsNone() {
        for (String text : List.of("noted", "unexpected", "damaged")) {
            ask();
            network.answer.complete(bytes(text));
            work();
        }
        ask();
        network.answer.completeExceptionally(new UnreachableException(NODE, "it is gone"));
        work();

        assertThat(heard).containsExactly("nothing", "nothing", "nothing", "nothing");
    }
}
