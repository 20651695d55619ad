package io.wkmq.benchmarks.load;

/**
 * The outcome of a run that could not be carried out.
 *
 * @param why the reason
 */
record Impossible(String why) implements Outcome {
    @Override
    public boolean passed() {
        return false;
    }

    @Override
    public String text() {
        return "not possible   " + why + '\n';
    }

    @Override
    public String json() {
        return "{\"error\":\"" + why.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"}";
    }
}
