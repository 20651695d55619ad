package io.wkmq.cluster.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wkmq.cluster.discovery.http.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchTest {
    @Test
    void pausesGetLongerUntilAWatchLasts() {
        long pause = Watch.pauseMs(1_000, false);
        assertThat(pause).isEqualTo(2_000);
        for (int i = 0; i < 10; i++) {
            pause = Watch.pauseMs(pause, false);
        }
        assertThat(pause).isEqualTo(30_000);
        assertThat(Watch.pauseMs(pause, true)).isEqualTo(1_000);
    }

    @Test
    void theFirstFailureSinceAWatchLastedIsTold() {
        EtcdClient etcd = new EtcdClient(new EtcdSettings(
                "blue",
                List.of(URI.create("http://127.0.0.1:1")),
                "wkmq",
                Duration.ofSeconds(10),
                "node",
                "hush",
                PemFiles.NONE));
        Watch watch = new Watch(etcd, "wkmq/blue/nodes/", () -> {});

        assertThat(watch.news(true, false)).as("none has ever begun").isTrue();
        assertThat(watch.news(true, false)).isFalse();
        assertThat(watch.news(false, false)).isFalse();
        assertThat(watch.news(true, false)).as("one that broke off at once").isFalse();
        assertThat(watch.news(false, true)).isFalse();
        assertThat(watch.news(true, false)).as("one has lasted in between").isTrue();
        assertThat(watch.news(true, true)).as("one that lasted breaks off").isTrue();
        assertThat(watch.news(true, false)).isFalse();
    }

    @Test
    void eachWatchAuthenticates() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        List<String> watches = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v3/auth/authenticate",
                exchange -> answer(exchange, "{\"token\":\"t" + tokens.incrementAndGet() + "\"}"));
        server.createContext("/v3/watch", exchange -> {
            watches.add(exchange.getRequestHeaders().getFirst("Authorization"));
            answer(exchange, "{\"result\":{\"created\":true}}\n");
        });
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            EtcdClient etcd = new EtcdClient(new EtcdSettings(
                    "blue", List.of(uri), "wkmq", Duration.ofSeconds(10), "node", "hush", PemFiles.NONE));
            for (int i = 0; i < 3; i++) {
                etcd.watch("wkmq/blue/nodes/", Duration.ofSeconds(30), told::incrementAndGet);
            }
        } finally {
            server.stop(0);
        }
        assertThat(watches).containsExactly("t1", "t2", "t3");
        assertThat(told).hasValue(3);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
