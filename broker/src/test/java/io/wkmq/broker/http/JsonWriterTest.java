package io.wkmq.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void writesNestedValuesWithCommasBetweenThem() {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("text", "a")
                .field("number", 7L)
                .field("share", 0.25)
                .field("flag", true)
                .field("nothing", null)
                .name("list")
                .beginArray()
                .value(1)
                .beginObject()
                .endObject()
                .value("b")
                .endArray()
                .name("empty")
                .beginArray()
                .endArray()
                .field("last", "c")
                .endObject();
        assertThat(json)
                .hasToString("{\"text\":\"a\",\"number\":7,\"share\":0.25,\"flag\":true,\"nothing\":null,"
                        + "\"list\":[1,{},\"b\"],\"empty\":[],\"last\":\"c\"}");
    }

    @Test
    void writesAMapOfValuesAndCollections() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", "a");
        values.put("list", List.of("b", "c"));
        values.put("number", 7L);
        assertThat(new JsonWriter().values(values)).hasToString("{\"text\":\"a\",\"list\":[\"b\",\"c\"],\"number\":7}");
    }

    @Test
    void escapesWhatJsonDoesNotAllowInStrings() {
        assertThat(new JsonWriter().value("\"\\\n\r\t\u0000\u001b\u007f/é€😀"))
                .hasToString("\"\\\"\\\\\\n\\r\\t\\u0000\\u001b\\u007f/é€😀\"");
    }

    @Test
    void escapesHalvesOfCharactersWhichUtf8DoesNotHave() {
        assertThat(new JsonWriter().value("a\ud83d")).hasToString("\"a\\ud83d\"");
        assertThat(new JsonWriter().value("\ude00\ud83d\ude00")).hasToString("\"\\ude00😀\"");
    }

    @Test
    void writesNumbersThatJsonDoesNotHaveAsStrings() {
        assertThat(new JsonWriter().value(Double.NaN)).hasToString("\"NaN\"");
    }

    @Test
    void anyTextIsReadBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0x100) : random.nextInt(0x10000)));
            }
            assertThat(Json.parse(new JsonWriter().value(text.toString()).toString()))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString());
        }
    }
}
