/** What the demo's zones hold: people by the key of their role, and rooms with a few lines each. Visibly a demo: every address ends in `.demo`. */
export interface DemoLine {
  /** Key of a person in the zone's cast, or `guest:<name>`. */
  readonly by: string;
  readonly says: string;
  /** Words others reacted with, and who. */
  readonly reactions?: readonly (readonly [reaction: string, by: string])[];
  /** Index (in this room) of the line it answers. */
  readonly replyTo?: number;
}

export interface DemoRoom {
  readonly name: string;
  readonly topic: string;
  readonly visibility: 'public' | 'private';
  /** Cast keys; the first one owns the room. */
  readonly members: readonly string[];
  readonly lines: readonly DemoLine[];
}

export interface DemoZone {
  readonly organization: string;
  /** Names by cast key. */
  readonly cast: Readonly<Record<'zone_admin' | 'org_admin' | 'teacher' | 'student' | 'student2' | 'parent', string>> &
    Readonly<Partial<Record<'mentor' | 'creator' | 'operator' | 'super_admin', string>>>;
  readonly rooms: readonly DemoRoom[];
}

const lounge = (name: string, topic: string, lines: readonly DemoLine[]): DemoRoom => ({
  name,
  topic,
  visibility: 'public',
  members: ['zone_admin', 'teacher', 'student', 'student2'],
  lines,
});

export const DEMO_ZONES: Readonly<Record<string, DemoZone>> = {
  dreamseed: {
    organization: '마당 운영실',
    cast: {
      zone_admin: '한지민',
      org_admin: '오세훈',
      teacher: '이서연',
      student: '지우',
      student2: '민재',
      parent: '박은주',
      operator: '정운영',
      super_admin: '최총괄',
    },
    rooms: [
      lounge('안내 데스크', '처음 오셨다면 여기에 인사를 남겨 주세요', [
        { by: 'zone_admin', says: '마당에 오신 걸 환영해요. 둘러볼 곳이 궁금하면 물어봐 주세요.', reactions: [['반가워요', 'student']] },
        { by: 'student', says: '대화방은 가입 없이도 들어갈 수 있나요?' },
        {
          by: 'zone_admin',
          says: '네, 손님으로 바로 들어갈 수 있어요. 나중에 계정을 만들면 대화가 그대로 이어져요.',
          replyTo: 1,
          reactions: [['고마워요', 'student']],
        },
      ]),
    ],
  },
  talk: {
    organization: 'Talk 모임',
    cast: { zone_admin: '강현우', org_admin: '윤채원', teacher: '이서연', student: '지우', student2: '민재', parent: '박은주' },
    rooms: [
      {
        name: '수학 질문방',
        topic: '풀다 막힌 곳을 사진과 함께 올려 주세요',
        visibility: 'public',
        members: ['teacher', 'student', 'student2', 'zone_admin'],
        lines: [
          {
            by: 'teacher',
            says: '질문할 때는 어디까지 풀었는지 같이 적어 주세요. 그래야 막힌 곳을 바로 짚을 수 있어요.',
            reactions: [
              ['확인했어요', 'student'],
              ['확인했어요', 'student2'],
            ],
          },
          { by: 'student2', says: '15번 질문이요. 최솟값 조건으로 a를 구할 때 꼭짓점만 보면 안 되나요?' },
          { by: 'teacher', says: '구간이 닫혀 있으면 끝점도 봐야 해요. f(0)과 f(3)을 먼저 계산해 볼까요?', replyTo: 1 },
          {
            by: 'student',
            says: 'f(0) = a, f(3) = a라서 둘 다 a − 4보다 커요. 그래서 결과적으로 x = 2가 최소예요.',
            reactions: [
              ['이해했어요', 'student2'],
              ['좋아요', 'teacher'],
            ],
          },
          { by: 'teacher', says: '완벽해요. 극값만 외우지 말고 늘 끝점과 함께 비교하는 습관을 들이면 좋아요.' },
          { by: 'guest:Emma', says: 'I just joined from Toronto. Is there an English version of the notes?' },
          {
            by: 'student',
            says: 'Not yet, but I can sum it up: check the vertex and both ends, then compare.',
            replyTo: 5,
            reactions: [['thanks', 'guest:Emma']],
          },
        ],
      },
      lounge('마당 라운지', '아무 이야기나 편하게 나눠요', [
        { by: 'guest:하늘다람쥐', says: '처음 와 봤어요. 여기 분위기 좋네요.' },
        { by: 'student', says: '어서 오세요! 오늘은 다들 시험 이야기 중이에요.' },
        {
          by: 'zone_admin',
          says: '금요일 저녁에는 라운지에서 책 이야기를 나눠요. 편하게 들러 주세요.',
          reactions: [['갈게요', 'student2']],
        },
      ]),
      lounge('English corner', 'Practice by talking. Mistakes are welcome.', [
        { by: 'teacher', says: 'Today’s word is “courtyard”. Where do people gather where you live?' },
        { by: 'guest:Emma', says: 'Mostly in the park. In winter, the library.' },
        { by: 'student2', says: 'In my school, we gather in front of the snack bar.', reactions: [['same here', 'student']] },
      ]),
      lounge('코딩 처음 하는 사람들', '첫 오류 메시지를 함께 읽어요', [
        { by: 'student2', says: '반복문에서 마지막 값이 빠져요. 왜 그럴까요?' },
        {
          by: 'zone_admin',
          says: '범위의 끝이 포함되는지 확인해 보세요. `range(1, 10)`은 9까지예요.',
          replyTo: 0,
          reactions: [['이해했어요', 'student2']],
        },
      ]),
      {
        name: '운영 회의',
        topic: '방을 돌보는 사람들',
        visibility: 'private',
        members: ['zone_admin', 'org_admin', 'teacher'],
        lines: [
          { by: 'org_admin', says: '이번 주 새로 열린 방이 여섯 개예요.' },
          { by: 'zone_admin', says: '질문방은 조용한 시간대에도 선생님이 계시면 좋겠어요.' },
        ],
      },
    ],
  },
  univprep: {
    organization: '새빛고등학교',
    cast: { zone_admin: '서도현', org_admin: '문가영', teacher: '이서연', student: '김지우', student2: '최민재', parent: '박은주' },
    rooms: [
      lounge('모의평가 함께 풀기', '풀이를 나누고 시간을 재요', [
        { by: 'teacher', says: '오늘은 미적분 세 문항이에요. 한 문항에 6분씩 재 볼게요.' },
        { by: 'student', says: '두 번째는 치환하면 바로 보이네요.', reactions: [['오', 'student2']] },
        { by: 'student2', says: '저는 부분적분으로 갔다가 돌아왔어요.' },
      ]),
      lounge('국어 지문 읽기', '하루 한 지문', [
        { by: 'student2', says: '과학 지문은 문단마다 한 줄로 줄이니까 훨씬 나아요.' },
        { by: 'teacher', says: '그 한 줄을 질문으로 바꿔 보면 선지가 보여요.', replyTo: 0 },
      ]),
    ],
  },
  collegeprep: {
    organization: '한걸음 편입학원',
    cast: { zone_admin: '류하은', org_admin: '장민석', teacher: '배수진', student: '홍시우', student2: '임나연', parent: '노정아' },
    rooms: [
      lounge('편입 영어 매일 20문항', '아침 7시에 올라와요', [
        { by: 'teacher', says: '오늘 문항은 동의어 중심이에요. 틀린 것만 다시 모아 두세요.' },
        { by: 'student', says: '20문항에 14분 걸렸어요. 어제보다 2분 줄었어요.', reactions: [['대단해요', 'student2']] },
      ]),
    ],
  },
  skillprep: {
    organization: '손끝 기술교실',
    cast: { zone_admin: '권태양', org_admin: '심보라', teacher: '남궁혁', student: '도하린', student2: '마지훈', parent: '표선영' },
    rooms: [
      lounge('정보처리기사 실기 대비', '쿼리와 알고리즘을 손으로 써 봐요', [
        { by: 'student', says: 'GROUP BY 뒤에 HAVING 쓰는 문제가 자꾸 헷갈려요.' },
        {
          by: 'teacher',
          says: 'WHERE는 묶기 전, HAVING은 묶은 뒤예요. 순서를 말로 읽어 보세요.',
          replyTo: 0,
          reactions: [['이해했어요', 'student']],
        },
      ]),
    ],
  },
  mediprep: {
    organization: '온샘 의약학 스터디',
    cast: { zone_admin: '백나래', org_admin: '천우진', teacher: '명세아', student: '기다온', student2: '편하율', parent: '옥미경' },
    rooms: [
      lounge('생명과학 질문 받는 중', '그림으로 설명해 드려요', [
        { by: 'student2', says: '항상성에서 음성 피드백 예를 하나만 더 들어 주세요.' },
        { by: 'teacher', says: '체온이 오르면 땀이 나고, 식으면 멈추죠. 결과가 원인을 줄이는 쪽이에요.', replyTo: 0 },
      ]),
    ],
  },
  majorprep: {
    organization: '가온대학교 기초학부',
    cast: { zone_admin: '탁윤호', org_admin: '변소라', teacher: '선우진', student: '감유나', student2: '제갈민', parent: '어수정' },
    rooms: [
      lounge('선형대수 첫 걸음', '행렬이 하는 일을 눈으로', [
        { by: 'teacher', says: '행렬을 곱한다는 건 공간을 한 번 더 움직인다는 뜻이에요.' },
        { by: 'student', says: '그러면 역행렬은 되돌리는 움직임이네요.', reactions: [['바로 그거예요', 'teacher']] },
      ]),
    ],
  },
  kzone: {
    organization: 'K-Zone 스튜디오',
    cast: {
      zone_admin: '라온유',
      org_admin: '단가람',
      teacher: '윤슬기',
      student: 'Mina',
      student2: 'Diego',
      parent: '피현정',
      creator: '노을',
    },
    rooms: [
      lounge('춤 연습 인증', '오늘 연습한 만큼만 올려요', [
        { by: 'creator', says: '후렴은 발보다 시선이 먼저예요. 천천히 세 번만 해 봐요.' },
        { by: 'student', says: 'I practiced the chorus at half speed today!', reactions: [['멋져요', 'creator']] },
      ]),
      lounge('드라마로 배우는 한국어', '한 장면, 한 문장', [
        { by: 'teacher', says: '“밥 먹었어요?”는 안부예요. 꼭 밥을 묻는 말은 아니에요.' },
        { by: 'student2', says: '¡Qué bonito! En casa decimos “¿ya comiste?” igual.', reactions: [['신기해요', 'student']] },
      ]),
    ],
  },
  mpcstudy: {
    organization: 'MPC 연구회',
    cast: { zone_admin: '방은우', org_admin: '추서진', teacher: '곽태오', student: '성하람', student2: '염수아', parent: '길혜원' },
    rooms: [
      lounge('물리 풀이 방 · 역학', '그림부터 그려요', [
        { by: 'student', says: '경사면에서 마찰력 방향이 늘 헷갈려요.' },
        {
          by: 'teacher',
          says: '마찰이 없다고 생각하고 어디로 미끄러질지 먼저 그려 보세요. 마찰은 그 반대예요.',
          replyTo: 0,
          reactions: [['이해했어요', 'student']],
        },
      ]),
    ],
  },
  cotept: {
    organization: 'CotePT 멘토단',
    cast: {
      zone_admin: '위소민',
      org_admin: '함도윤',
      teacher: '진하루',
      student: '맹지호',
      student2: '부예린',
      parent: '설경희',
      mentor: '박도윤',
    },
    rooms: [
      lounge('그래프 탐색 고쳐 쓰기', '코드를 올리면 함께 읽어요', [
        { by: 'student', says: 'DFS가 재귀 제한에 걸려요. 반복문으로 바꾸는 게 나을까요?' },
        {
          by: 'mentor',
          says: '네, 스택을 직접 쓰면 돼요. 방문 표시는 넣을 때 하는 게 안전해요.',
          replyTo: 0,
          reactions: [['고마워요', 'student']],
        },
      ]),
    ],
  },
  piyakast: {
    organization: 'PIYAKast 제작소',
    cast: {
      zone_admin: '채온결',
      org_admin: '하늘봄',
      teacher: '우정민',
      student: '나윤',
      student2: '태린',
      parent: '경미란',
      creator: '가야금 소리',
    },
    rooms: [
      lounge('시청자 마당', '영상 이야기를 나눠요', [
        { by: 'creator', says: '다음 연주 영상은 산조예요. 듣고 싶은 장단이 있으면 남겨 주세요.' },
        { by: 'student', says: '중모리로 시작하는 걸 듣고 싶어요!', reactions: [['저도요', 'student2']] },
      ]),
    ],
  },
};
