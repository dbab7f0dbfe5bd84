// Seeded generator of service sentences, and readings for tests; nobody's content.

/** Mulberry32: the same numbers from the same seed everywhere. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const SYLLABLES = {
  ban: "办半", bao: "报保抱", biao: "表", bian: "便变", cha: "查差", chang: "长场常", chong: "重充", chu: "出处", da: "打答大",
  dan: "单弹但", dao: "到道", deng: "等登", dian: "电点", ding: "订定", duo: "多", fa: "发", fang: "方访", fei: "费非", fu: "复服付",
  gao: "告高", gong: "工公", guan: "关管", gui: "规归", guo: "过果", hai: "还海", hang: "行", hao: "好号", he: "核和合", hua: "话化",
  huan: "还换", hui: "会回汇", ji: "记级机", jia: "加家", jian: "件见建", jie: "接结解节", jin: "进今金", jing: "经", jiu: "就久", ke: "客可",
  kuai: "快会", kuan: "款", li: "理里立利", liao: "料了", lv: "率绿", lu: "录路", man: "满慢", mei: "没每", ming: "明名", na: "那",
  nin: "您", neng: "能", piao: "票", pian: "便", qi: "期起", qian: "前钱", qing: "请清情", qu: "取去", que: "确", ren: "人认", ru: "如",
  shang: "上商", shao: "稍少", shen: "申身", sheng: "升", shi: "时是事实", shou: "受收", shuai: "率", shuo: "说", si: "四思", su: "诉速",
  sheng1: "", tan: "弹谈", ti: "提题", tong: "同通", tou: "投头", tui: "退推", wan: "完", wu: "务物", xi: "系席", xian: "先现线", xiang: "想",
  xin: "信心", xing: "行姓", xu: "需续", yao: "要", yi: "意以一", yin: "音因", you: "有由", yu: "预", yuan: "原员", yue: "约", zai: "再在",
  zhang: "长账", zhao: "找", zhe: "这着", zheng: "证正", zhi: "知直", zhong: "重中", zhuan: "转专", zi: "资自", zuo: "坐做",
};
delete SYLLABLES.sheng1;

export const TABLE = Object.entries(SYLLABLES)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([syllable, characters]) => `${syllable} ${characters}`)
  .join(";");

export const CHARACTERS = [...new Set(Object.values(SYLLABLES).join(""))];

export function readingsOf(character) {
  return Object.keys(SYLLABLES).filter((syllable) => SYLLABLES[syllable].includes(character));
}

export function dataOf(entries, more = {}) {
  return { format: 1, version: "test", entries, syllables: TABLE, traditional: "訴诉轉转單单電电話话請请", synonyms: [], lexicon: [], ...more };
}

/** Entries of random characters: what no writer would write, so that nothing helps. */
export function randomEntries(count, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const text = (least, most) => Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, () => pick(CHARACTERS)).join("");
  return Array.from({ length: count }, (_, index) => ({
    id: `e${index}`,
    kind: pick(["phrase", "clause", "page"]),
    url: `e${index}.html`,
    title: text(2, 6),
    keywords: Array.from({ length: Math.floor(random() * 3) }, () => text(2, 4)),
    text: `${text(4, 14)}，${text(4, 14)}。`,
    when: random() < 0.5 ? text(3, 8) : "",
    channels: random() < 0.5 ? [pick(["电话", "在线"])] : [],
  }));
}

const WHO = ["您", "先生", "女士", "这位客户", "您家人", "贵公司"];
const THING = ["订单", "退款", "快递", "发票", "会员", "积分", "余额", "账单", "套餐", "合同", "押金", "维修", "安装", "预约", "赠品", "优惠券", "密码", "账号", "地址", "换货", "包裹", "保修", "运费", "价格", "投诉", "工单", "回访", "证件", "门票", "座位"];
const STATE = ["正在处理", "已经登记", "还没到账", "需要核实", "可以取消", "不能更改", "马上升级", "已经转接", "等待审核", "暂时缺货", "已经寄出", "没有收到", "重复扣费", "超过期限", "显示异常", "无法登录", "需要补交", "已经退回"];
const DO = ["请您稍等", "我帮您查询", "我马上反馈", "我给您回电", "麻烦提供编号", "请保持电话畅通", "我请主管联系您", "建议您重新提交", "请您核对信息", "我先做记录", "我来跟进", "给您带来不便非常抱歉", "感谢您的理解", "请问还有什么可以帮您"];
const WHEN = ["三个工作日内", "今天下午", "二十四小时内", "本周五之前", "两小时内", "明天上午", "月底前", "一分钟左右", "七天内", "十五天内", "系统恢复以后", "审核通过以后"];
const SCENE = ["开场", "核实", "安抚", "转接", "等候", "解释", "方案", "结束", "回访", "升级", "催办", "道歉"];

/** Sentences as an agent would say them. */
export function serviceEntries(count, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  return Array.from({ length: count }, (_, index) => {
    const thing = pick(THING);
    const other = pick(THING);
    const state = pick(STATE);
    const parts = [
      `${pick(WHO)}的${thing}${state}，${pick(DO)}，${pick(WHEN)}${pick(DO).replace(/^我/, "")}。`,
      `${pick(DO)}，${pick(WHO)}的${thing}和${other}${state}，${pick(WHEN)}给您答复。`,
      `关于${thing}，${pick(WHEN)}${state}的，${pick(DO)}；${other}另外登记，编号是【编号】。`,
    ];
    return {
      id: `p${index}`,
      kind: "phrase",
      url: `p${index}.html`,
      title: `${thing}${state.slice(-2)}${pick(["怎么说", "说明", "答复", "提醒", ""])}`,
      page: `${pick(SCENE)}话术`,
      scene: [pick(SCENE)],
      channels: [pick(["电话", "在线", "前台"])],
      keywords: [thing, pick(["催", "急", "多久", "怎么办", "为什么", "不满意"])],
      text: pick(parts),
    };
  });
}
