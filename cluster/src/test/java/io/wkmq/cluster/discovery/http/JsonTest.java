package io.wkmq.cluster.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsWhatServersSend() throws IOException {
        Json json = parse("{\"a\":[{\"b\":\"x\\u00e4\"},{\"b\":7587869876543210987},{\"b\":true}],\"c\":null}");

        assertThat(json.at("a").items())
                .extracting(item -> item.at("b").text())
                .containsExactly("xä", "7587869876543210987", "true");
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        Json json = parse("{\"a\":{},\"b\":null,\"c\":[1]}");

        assertThat(json.at("x").at("y").text()).isEmpty();
        assertThat(json.at("a").text("none")).isEqualTo("none");
        assertThat(json.at("b").text("none")).isEqualTo("none");
        assertThat(json.at("a").items()).isEmpty();
        assertThat(json.at("c").at("0").text()).isEmpty();
        assertThat(json.names()).containsExactly("a", "b", "c");
        assertThat(json.at("b").names()).isEmpty();
    }

    @Test
    void theFirstOfSeveralDocumentsCounts() throws IOException {
        assertThat(parse("{\"a\":1}\n{\"a\":2}").at("a").text()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1", "{\"a\"}", "{a:1}", "<html>", "{\"a\":01}", "]", "\u0000"})
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void depthHasABound() {
        assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(IOException.class);
    }

    @Test
    void writesObjects() {
        byte[] written = Json.object(fields -> fields.put("a", "\"ä\n")
                .put("b", 7)
                .object("c", inner -> inner.put("d", "e"))
                .listOfOne("f", inner -> inner.put("g", 1)));

        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":\"\\\"ä\\n\",\"b\":7,\"c\":{\"d\":\"e\"},\"f\":[{\"g\":1}]}");
    }

    private static Json parse(String text) throws IOException {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
