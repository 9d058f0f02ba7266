package kortex.backend.cpu.onednn;

/** What a tensor is made of. */
public enum Element {
  F32(DnnApi.TYPE_F32, 4),
  BF16(DnnApi.TYPE_BF16, 2);

  private final long type;
  private final int bytes;

  Element(long type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /** Its {@code dnnl_data_type_t}. */
  long type() {
    return type;
  }

  /** Its size in memory. */
  int bytes() {
    return bytes;
  }
}
