package kortex.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON as a header of safetensors may be: UTF-8, nested little, no key twice. */
final class SafetensorsJson {
  private static final int MAX_NESTING = 16;

  private SafetensorsJson() {}

  static JsonParser parser(byte[] header) throws IOException {
    var constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_NESTING)
            .maxStringLength(Safetensors.MAX_HEADER)
            .maxNameLength(Safetensors.MAX_HEADER)
            .build();
    // Names of an untrusted file must not stay behind in a table that all parsers share.
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    return factory.createParser(decoded(header));
  }

  /** Decoded here, and strictly: from bytes the parser would also accept UTF-16 and UTF-32. */
  private static String decoded(byte[] header) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
  }

  static String describe(IOException failure) {
    return switch (failure) {
      case CharacterCodingException e -> "the text is not UTF-8";
      case JsonProcessingException e -> e.getOriginalMessage();
      default -> failure.toString();
    };
  }

  static String name(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      default -> token.name();
    };
  }
}
